import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * What a browser is told to forbid. Helmet's own defaults are for sites with scripts; this one has none, and loads a style
 * sheet and a picture from itself.
 */
export const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  // A promise for a year, and for every name below this one, is not for a program to make that does not own the name.
  strictTransportSecurity: false,
})
