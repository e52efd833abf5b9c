import koffi from 'koffi'

type Crypt = (phrase: string, setting: string) => string | undefined

/** Bytes of `struct crypt_data`, as crypt_rn(3) wants them. */
const DATA_BYTES = 32_768

/** crypt(3) of this system, the judge of what a stored string means; `undefined` where it is not libxcrypt. */
export const libcrypt: Crypt | undefined = load()

function load(): Crypt | undefined {
  for (const name of ['libcrypt.so.1', 'libcrypt.so.2']) {
    try {
      const library = koffi.load(name)
      const crypt = library.func('const char *crypt_rn(const char *phrase, const char *setting, void *data, int size)')
      const data = Buffer.alloc(DATA_BYTES)
      return (phrase, setting) => {
        const made: unknown = crypt(phrase, setting, data, DATA_BYTES)
        return typeof made === 'string' ? made : undefined
      }
    } catch {
      // The next name.
    }
  }
  if (process.env.CI) throw new Error('no libcrypt with crypt_rn: CI does not skip the comparison with it')
  console.warn('no libcrypt with crypt_rn on this system: the comparison with it is skipped')
  return undefined
}
