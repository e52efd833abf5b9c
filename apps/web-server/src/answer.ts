import type { Response } from 'express'
import { layout, type Page } from './pages/layout.ts'
import { problemJson, problemPage, problemText } from './pages/problem-page.ts'

/** One answer, in the forms that somebody may want it in. */
export interface Answer {
  readonly page: Page
  readonly text: string
  readonly json: object
}

/**
 * Answers in the form that the client asks for. Whoever takes anything gets text: that is curl, at a terminal. Browsers ask
 * for HTML.
 */
export function answer(response: Response, { page, text, json }: Answer): void {
  response.format({
    text: () => response.send(text),
    html: () => response.send(layout(page)),
    json: () => response.json(json),
    default: () => response.type('text').send(text),
  })
}

/** Answers that something is not as it was asked for. */
export function answerProblem(response: Response, status: number): void {
  response.status(status).set('Cache-Control', 'no-store')
  answer(response, { page: problemPage(status), text: problemText(status), json: problemJson(status) })
}
