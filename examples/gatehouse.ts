import { defineConfig } from '@gatewright/gatehouse'

export default defineConfig({
  port: 8000,
  data: './gatehouse-data',
  auth: ['memory:@env:GUESTS'],
})
