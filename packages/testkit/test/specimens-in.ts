import { readdirSync } from 'node:fs'

/** Every specimen of a folder, with the name of its file. */
export async function specimensIn<Specimen>(
  kind: 'checkers' | 'sources' | 'states',
): Promise<(Specimen & { readonly called: string })[]> {
  const folder = new URL(`./specimens/${kind}/`, import.meta.url)
  return Promise.all(
    readdirSync(folder).map(async (file) => {
      const { specimen } = (await import(new URL(file, folder).href)) as { readonly specimen: Specimen }
      return { ...specimen, called: file.replace(/\.ts$/, '') }
    }),
  )
}
