import { createServer } from 'node:http'
import { login } from './gatewright-login.ts'
import { serve } from './serve.ts'

serve(createServer((req, res) => login(req, res, () => res.end(login.avatarOf(req)))))
