import { test } from 'node:test'
import { checkerTests } from '@gatewright/testkit'
import { specimen } from '../specimens/checkers/trims.ts'

checkerTests(test, specimen.subject)
