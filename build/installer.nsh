; Installed for all users there is the right to tell the firewall, so nobody is asked; installed for one user there is not,
; and the app says beforehand what Windows will ask (src/main/hosts/electron/firewall-rule.ts).
!macro customInstall
  ${if} $installMode == "all"
    nsExec::Exec 'netsh advfirewall firewall delete rule name="${PRODUCT_NAME}" program="$INSTDIR\${APP_EXECUTABLE_FILENAME}"'
    nsExec::Exec 'netsh advfirewall firewall add rule name="${PRODUCT_NAME}" dir=in action=allow program="$INSTDIR\${APP_EXECUTABLE_FILENAME}" profile=private,domain enable=yes'
  ${endif}
!macroend

!macro customUnInstall
  ${if} $installMode == "all"
    nsExec::Exec 'netsh advfirewall firewall delete rule name="${PRODUCT_NAME}" program="$INSTDIR\${APP_EXECUTABLE_FILENAME}"'
  ${endif}
!macroend
