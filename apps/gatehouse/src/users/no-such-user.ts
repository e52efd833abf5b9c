import { GatehouseError } from '../errors.ts'

export function noSuchUser(name: string): GatehouseError {
  return new GatehouseError('NO_SUCH_USER', `there is no user ${name}`, {
    hint: 'gatehouse users list shows them all.',
  })
}
