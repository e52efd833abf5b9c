import { createServer } from 'node:http'
import express from 'express'
import { PATH } from './account.ts'
import { login } from './gatewright-login.ts'
import { serve } from './serve.ts'

serve(createServer(express().get(PATH, login, (req, res) => void res.send(login.avatarOf(req)))))
