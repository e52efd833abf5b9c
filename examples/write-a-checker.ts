import { accept, type Checker, pass, reject } from '@gatewright/portal'

/** Asks the staff directory, by HTTP, whether this is the password of one of its people. */
export function directoryChecker(url: string): Checker<'password'> {
  return {
    name: 'directory',
    accepts: ['password'],
    async check({ username, password }, { signal }) {
      const body = JSON.stringify({ username, password })
      const response = await fetch(url, { method: 'POST', body, signal, redirect: 'error' })
      const { id = '' } = (await response.json()) as { readonly id?: string }
      if (response.status === 200) return accept(id)
      if (response.status === 401) return reject('wrong password')
      if (response.status === 404) return pass()
      throw new Error(`the directory answered ${response.status}`)
    },
  }
}
