import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Files in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A certificate that stands for itself, for these names, in a directory that is there. */
export function certificateFor(directory: string, file: string, ...names: readonly string[]): Certificate {
  const [cert, key] = [join(directory, `${file}.pem`), join(directory, `${file}.key`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const altNames = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=test', '-addext', altNames, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  )
  return { cert, key }
}
