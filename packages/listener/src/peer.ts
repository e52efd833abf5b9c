/** Who is at the other end, as the socket tells. */
export interface Peer {
  readonly address: string
  readonly port: number
}
