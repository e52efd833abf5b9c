/**
 * The site of `gatewright-web`, for another program to open a door to: a page for everybody, and rooms behind a gate of the
 * program's own.
 *
 * ```ts
 * import { httpDigest } from '@gatewright/adapter-http-digest'
 * import { createSite, gateReports, listen } from '@gatewright/web-server'
 *
 * const gate = httpDigest({ portal, avatar: 'visitor', realm: 'club', ...gateReports(log) })
 * const { port } = await listen(createSite({ gate, log }), { host: '127.0.0.1', port: 8080 })
 * ```
 *
 * @module
 */
export { gateReports } from './gate-reports.ts'
export { type Listening, type ListenOptions, listen } from './listen.ts'
export type { Visitor } from './pages/private-page.ts'
export { createSite, type Gate, type SiteOptions } from './site.ts'
export { parseTrustProxy } from './trust-proxy.ts'
