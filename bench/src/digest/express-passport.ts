import { createServer } from 'node:http'
import express from 'express'
import passport from 'passport'
import { DigestStrategy } from 'passport-http'
import { BODY, PASSWORD, PATH, REALM, USERNAME } from './account.ts'
import { serve } from './serve.ts'

/** passport-http 0.3 knows MD5 alone, takes any nonce, and counts nothing unless it is told how: as its manual has it. */
passport.use(
  new DigestStrategy({ qop: 'auth', realm: REALM }, (username, done) =>
    done(null, username === USERNAME ? { id: username } : false, PASSWORD),
  ),
)
const authenticate = passport.authenticate('digest', { session: false })

serve(createServer(express().get(PATH, authenticate, (_req, res) => void res.send(BODY))))
