import { certificateAuthorities, pubkeyChecker, revokedKeys } from '@gatewright/checker-pubkey'
import { createPortal, publickey } from '@gatewright/portal'
import { parseKeyText, restrictionsOf } from '@gatewright/ssh-keys'

// user_ca.pub. In a server: certificateAuthoritiesFile('/etc/gatewright/user_ca.pub').
const authority = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOiMjVrKdz6+4Q0FYVPPos2JwDolu+RdWp7Qs0mlrxP user-ca'

// id_ed25519-cert.pub, which the client shows by itself beside its key: ada or ops, from 192.0.2.0/24, with a terminal.
const certificate = [
  'ssh-ed25519-cert-v01@openssh.com',
  'AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIBetAJNgqfOEeD+2jgnidGqrg7RiOlV06A8hInab0XcXAAAAIKhjFkLuUbldwH54r85g1LetfVhXFGoU1odfdGJJOitpAAAAAAAAABEAAAABAAAAEmFkYSwgc3RhZmYgY2FyZCAxNwAAAA4AAAADYWRhAAAAA29wcwAAAAAAAAAA//////////8AAAAmAAAADnNvdXJjZS1hZGRyZXNzAAAAEAAAAAwxOTIuMC4yLjAvMjQAAAASAAAACnBlcm1pdC1wdHkAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgI6IyNWsp3Pr7hDQVhU8+izYnAOiW75F1antCzSaWvE8AAABTAAAAC3NzaC1lZDI1NTE5AAAAQO11tB0mu7P0fh1qmNTHWcg7n25Hhrjf6GGRNfIDMHairrMK8RumlpLxo95V+5VyLprveIm9X2lGFA4fL4oHaAk=',
].join(' ')

// The fingerprint of the key in it, once that is lost. In a server: revokedKeysFile('/etc/gatewright/revoked.krl').
const lost = 'SHA256:tj2Se6FNIPT8KxfTaRIWT3/U32OKD+ngN1cxsnYp9ok'

async function logIn(username: string, address: string, revoked = ''): Promise<string> {
  const checker = pubkeyChecker({ authorities: certificateAuthorities(authority), revoked: revokedKeys(revoked) })
  await using portal = createPortal({ realm: { ssh: (id) => ({ id }) }, checkers: [checker] })
  const { key } = parseKeyText(certificate)
  await using login = await portal.login(publickey(username, key), 'ssh', { peer: { address } })
  if (login.status !== 'granted') return login.status
  const may = restrictionsOf(login.proofs)
  return `${String(login.id)}, terminal: ${may?.pty}, forwarding: ${may?.portForwarding}`
}

console.log(await logIn('ada', '192.0.2.7')) // ada, terminal: true, forwarding: false
console.log(await logIn('ops', '192.0.2.7')) // ops, terminal: true, forwarding: false
console.log(await logIn('eve', '192.0.2.7')) // refused: the certificate does not name her
console.log(await logIn('ada', '198.51.100.1')) // refused: not from this address
console.log(await logIn('ada', '192.0.2.7', lost)) // refused: the key is revoked
