import { describe, test } from 'node:test'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { simpleSubject } from '../reference-checkers.ts'
import { foldingSubject } from '../reference-source.ts'

void describe('checker', () => checkerTests(test, simpleSubject))
void describe('source', () => userSourceTests(test, foldingSubject))
