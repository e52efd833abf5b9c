import { statSync } from 'node:fs'
import { GatehouseError } from '../errors.ts'

/**
 * Whoever can write in the directory can put a database of their own in the place of this one, and be anybody. As with sshd
 * and authorized_keys, that is refused and not only warned about. Windows tells nothing of the kind by a mode.
 *
 * @throws {GatehouseError} `BAD_DATABASE`
 */
export function insistOnTrusted(path: string): void {
  const us = process.geteuid?.()
  const found = statSync(path, { throwIfNoEntry: false })
  if (us === undefined || found === undefined) return
  if ((found.mode & 0o022) !== 0) {
    throw new GatehouseError('BAD_DATABASE', `${path}: others can write it, and so let in whom they like`, {
      hint: 'Keep them out by chmod go-w, and see by gatehouse users list whom they have let in.',
    })
  }
  if (found.uid !== us && found.uid !== 0) {
    throw new GatehouseError('BAD_DATABASE', `${path}: it belongs to another user, who can let in whom they like`, {
      hint: `Start gatehouse as its owner (uid ${found.uid}), or give it to uid ${us} by chown.`,
    })
  }
}
