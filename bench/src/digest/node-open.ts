import { createServer } from 'node:http'
import { BODY } from './account.ts'
import { serve } from './serve.ts'

serve(createServer((_req, res) => res.end(BODY)))
