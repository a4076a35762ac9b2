/** A file that the build copies beside the code; the value is its absolute path at run time. */
declare module '*?asset' {
  const path: string;
  export default path;
}
