import type { RequestListener } from 'node:http'
import type { Log } from '@gatewright/auth-option'
import type { NodeMessage, NodeResponse, TrustProxy } from '@gatewright/http-login'
import express from 'express'
import { answer, answerProblem } from './answer.ts'
import { asset } from './asset.ts'
import { notAllowed } from './not-allowed.ts'
import { originOf } from './origin-of.ts'
import { homePage, homeText } from './pages/home-page.ts'
import type { Visitor } from './pages/private-page.ts'
import { privateRooms } from './private-rooms.ts'
import { securityHeaders } from './security-headers.ts'
import { trouble } from './trouble.ts'

/** Lets a request through for somebody, or answers it itself. */
export interface Gate {
  (request: NodeMessage, response: NodeResponse, next: (error?: unknown) => void): void
  /** Who came in by this request. */
  avatarOf(request: NodeMessage): Visitor
}

/** What a site is made of. */
export interface SiteOptions {
  /** Stands before everything under `/private`. */
  readonly gate: Gate
  /** Who may say where a request comes from. @default false */
  readonly trustProxy?: TrustProxy
  readonly log: Pick<Log, 'error'>
}

/** A page that is open, one that has a gate, and an answer for everything else. */
export function createSite({ gate, trustProxy = false, log }: SiteOptions): RequestListener {
  const site = express()
  site.set('trust proxy', trustProxy)
  // Nothing here reads a query.
  site.set('query parser', false)
  site.use(securityHeaders)

  site.route('/site.css').get(asset('site.css')).all(notAllowed('GET, HEAD'))
  site.route('/gate.svg').get(asset('gate.svg')).all(notAllowed('GET, HEAD'))
  site
    .route('/')
    .get((request, response) => {
      const origin = originOf(request)
      answer(response, { page: homePage(origin), text: homeText(origin), json: { private: `${origin}/private` } })
    })
    .all(notAllowed('GET, HEAD'))
  site.use('/private', gate, privateRooms(gate))

  site.use((_request, response) => answerProblem(response, 404))
  site.use(trouble(log))
  return site
}
