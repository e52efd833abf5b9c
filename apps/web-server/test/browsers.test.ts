import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { present } from './present.ts'
import { USERS, web } from './program.ts'
import { cellsOf } from './readme-table.ts'

/** Without these Chromium calls home, and as root it needs to be told that it may run without its sandbox. */
const CHROMIUM = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

const BROWSERS: readonly (readonly [name: string, program: string, options: LaunchOptions])[] = [
  ['Chromium', 'chromium', { browser: 'chrome', executablePath: '/usr/bin/chromium', args: CHROMIUM }],
  ['Firefox', 'firefox-esr', { browser: 'firefox', executablePath: '/usr/bin/firefox-esr' }],
]

/** To start a browser on a machine that does other things, too. In milliseconds. */
const START_MS = 60_000

describe.for(BROWSERS)('%s', ([name, program, options]) => {
  const missing = !present(program)
  let browser: Browser

  beforeAll(async () => {
    if (!missing) browser = await puppeteer.launch({ headless: true, timeout: START_MS, ...options })
  }, START_MS)
  afterAll(async () => await browser?.close())

  /** A window that knows nothing of the others, and answers whoever asks for a password. */
  async function open(username?: string, password = ''): Promise<Page> {
    const context = await browser.createBrowserContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    if (username !== undefined) await page.authenticate({ username, password })
    return page
  }

  const heading = (page: Page): Promise<string | undefined> =>
    page.$eval('h1', (element) => element.textContent ?? undefined).catch(() => undefined)

  it.skipIf(missing).for(missing ? [] : cellsOf(name))('with $column, as the README says', async (cell) => {
    const server = await web([...USERS, ...cell.args])
    const [user, password] = cell.user
    const page = await open(user, password)
    const answer = await page.goto(`${server.url}/private/whoami`)
    expect(answer?.status() === 200).toBe(cell.getsIn)
    if (cell.getsIn) expect(await answer?.text()).toBe(`{"id":"${user}"}`)
    expect(server.log('login.finish').some(({ status }) => status === 'granted')).toBe(cell.getsIn)
  })

  it.skipIf(missing)('goes from the open page through the gate, and back', async () => {
    const server = await web()
    const page = await open('user', 'pass')
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${server.url}/`)
    expect(await heading(page)).toBe('This page is open. The next one has a gate.')
    // The style sheet and the picture have passed the content security policy.
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).maxWidth`)).not.toBe('none')
    expect(await page.$eval('img', (img) => img.naturalWidth)).toBeGreaterThan(0)
    await Promise.all([page.waitForNavigation(), page.click('a.button')])
    expect(page.url()).toBe(`${server.url}/private`)
    expect(await heading(page)).toBe('Hello, user!')
    await Promise.all([page.waitForNavigation(), page.click('main a[href="/"]')])
    expect(page.url()).toBe(`${server.url}/`)
    expect(complaints).toEqual([])
  })

  it.skipIf(missing).for([
    ['a wrong password', 'user', 'wrong'],
    ['a name that nobody has', 'stranger', 'pass'],
  ] as const)('shows a page of ours for %s', async ([, user, password]) => {
    const server = await web()
    const page = await open(user, password)
    const answer = await page.goto(`${server.url}/private`)
    expect(answer?.status()).toBe(401)
    expect(await heading(page)).toBe('This page is for those with a name here.')
    expect(server.log('login.finish').some(({ status }) => status === 'granted')).toBe(false)
  })

  it.skipIf(missing)('does not ask its user again after a restart with the same secret', async () => {
    const start = (port: string) =>
      web([...USERS, '--secret', '@env:SECRET', '--port', port], { SECRET: 'the same before and after it' })
    const first = await start('0')
    const page = await open('user', 'pass')
    expect((await page.goto(`${first.url}/private/whoami`))?.status()).toBe(200)
    expect(await first.stop()).toBe(0)
    const second = await start(new URL(first.url).port)
    // From here on nobody is there to type it in.
    await page.authenticate(null)
    expect((await page.goto(`${second.url}/private/whoami`))?.status()).toBe(200)
  })

  it.skipIf(missing)('needs no more width than a phone has', async () => {
    const server = await web()
    const page = await open('user', 'pass')
    await page.setViewport({ width: 320, height: 640 })
    for (const path of ['/', '/private', '/nowhere']) {
      await page.goto(server.url + path)
      const beyond = await page.evaluate(`{ const e = document.documentElement; e.scrollWidth - e.clientWidth }`)
      expect([path, beyond]).toEqual([path, 0])
    }
  })
})
