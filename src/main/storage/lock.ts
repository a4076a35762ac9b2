/** Holds a data folder for this process; the system lets go of it when the process dies. */
export interface InstanceLock {
  release(): Promise<void>;
}
