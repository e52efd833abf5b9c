import { describe, test } from 'node:test'
import { checkerTests, stateTests, userSourceTests } from '@gatewright/testkit'
import { simpleSubject } from '../reference-checkers.ts'
import { foldingSubject } from '../reference-source.ts'
import { guardedSubject } from '../reference-state.ts'

void describe('checker', () => checkerTests(test, simpleSubject))
void describe('source', () => userSourceTests(test, foldingSubject))
void describe('state', () => stateTests(test, guardedSubject))
