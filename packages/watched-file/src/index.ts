/**
 * Reads files that others edit: regular files only, whole or not at all, and again when they have changed.
 *
 * ```ts
 * import { watchFile } from '@gatewright/watched-file'
 *
 * const banner = watchFile('banner.txt', ({ bytes }) => bytes.toString().trimEnd())
 * console.log(await banner.current()) // as it is now
 * ```
 *
 * @module
 */
export {
  asWatchedFileError,
  WatchedFileError,
  type WatchedFileErrorCode,
  type WatchedFileErrorDetails,
} from './errors.ts'
export { type ReadOptions, readFiles, readRegularFile } from './read-files.ts'
export { probeFile, type RegularFileOptions, type WholeFile } from './regular-file.ts'
export { type Watched, type WatchOptions, watchFile, watchFiles } from './watch-files.ts'
