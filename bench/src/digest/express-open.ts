import { createServer } from 'node:http'
import express from 'express'
import { BODY, PATH } from './account.ts'
import { serve } from './serve.ts'

serve(createServer(express().get(PATH, (_req, res) => void res.send(BODY))))
