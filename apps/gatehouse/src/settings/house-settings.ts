import { readHost, readPath, readRealm, readText, readTexts, type Setting } from './setting.ts'

/** What concerns the house and not one of its doors. */
export interface HouseConfig {
  /** Where the user database is. Made when it is needed. @default './gatehouse-data' */
  readonly data?: string
  /** The address that the doors listen on. @default '127.0.0.1' */
  readonly host?: string
  /**
   * What HTTP Digest calls this house. It goes into what is stored of each password, so that a change asks for all passwords
   * anew. @default 'gatehouse'
   */
  readonly realm?: string
  /** Who may log in beside the users of the house, as for `--auth`: `['memory:ada:sesame']`. @default nobody */
  readonly auth?: readonly string[]
  /** What it takes to come in, as for `--require`. @default one proof */
  readonly require?: string
}

export const DATA: Setting<string> = {
  key: 'data',
  flags: '--data <DIR>',
  help: 'where the user database is (default: ./gatehouse-data)',
  read: (value, origin) => readPath(value ?? './gatehouse-data', origin),
}

export const HOST: Setting<string> = {
  key: 'host',
  flags: '--host <ADDRESS>',
  help: 'the address that the doors listen on (default: 127.0.0.1)',
  read: (value, origin) => readHost(value ?? '127.0.0.1', origin),
}

export const REALM: Setting<string> = {
  key: 'realm',
  flags: '--realm <NAME>',
  help: "what HTTP Digest calls this house; a change asks for all passwords anew (default: 'gatehouse')",
  read: (value, origin) => readRealm(value ?? 'gatehouse', origin),
}

export const AUTH: Setting<readonly string[]> = {
  key: 'auth',
  flags: '--auth <TYPE:ARG>',
  help: 'who may log in beside the users of the house; repeatable, asked in order',
  repeatable: true,
  read: readTexts,
}

export const REQUIRE: Setting<string | undefined> = {
  key: 'require',
  flags: '--require <ROWS>',
  help: "what it takes to come in: 'password,totp' is a password and a code",
  read: (value, origin) => (value === undefined ? undefined : readText(value, origin)),
}

export const HOUSE_SETTINGS: readonly Setting<unknown>[] = [DATA, HOST, REALM, AUTH, REQUIRE]
