import koffi from 'koffi'

/** Bytes of `struct crypt_data`, as crypt_rn(3) wants them. */
const DATA_BYTES = 32_768
/** yescrypt keeps much on the stack, and one that is too small is memory corruption. */
const STACK_BYTES = 4 * 1024 * 1024

/** crypt(3) of this system on threads of libuv's pool; `undefined` where it is not libxcrypt. */
export async function libcrypt(): Promise<((phrase: string, setting: string) => Promise<string>) | undefined> {
  koffi.config({ async_stack_size: STACK_BYTES })
  for (const name of ['libcrypt.so.1', 'libcrypt.so.2']) {
    try {
      const crypt = koffi
        .load(name)
        .func('const char *crypt_rn(const char *phrase, const char *setting, void *data, int size)')
      return (phrase, setting) =>
        new Promise((resolve, reject) => {
          const data = Buffer.alloc(DATA_BYTES)
          crypt.async(phrase, setting, data, DATA_BYTES, (error: Error | null, made: unknown) => {
            // Named here, so that it is not collected while another thread writes into it.
            data.fill(0)
            if (error !== null) reject(error)
            else resolve(String(made))
          })
        })
    } catch {
      // The next name.
    }
  }
  console.log('no libcrypt with crypt_rn on this system: its formats are left out')
  return undefined
}
