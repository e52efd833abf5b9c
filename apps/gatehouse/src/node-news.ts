/** What Node 22 says about parts of itself that this program uses on purpose. */
const NEWS = /^(?:SQLite|Type Stripping) is an experimental feature/

/** Keeps Node's announcements about itself out of the log; every other warning is printed as ever. */
export function muteNodeNews(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && NEWS.test(warning.message)) return
    for (const print of printers) print(warning)
  })
}
