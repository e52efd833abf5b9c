/** A checker whose backend is down, for `--auth ./broken-checker.ts`. */
export const create = (_argument: string, { name }: { readonly name: string }) => ({
  name,
  accepts: ['password'],
  check: (): never => {
    throw new Error('CANARY')
  },
})
