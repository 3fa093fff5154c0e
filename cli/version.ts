import { readFileSync } from 'node:fs'
import { packageFile } from '../journal/package-file.ts'

const described = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
  version: string
  engines: { node: string }
}

/** The version in package.json. */
export const VERSION: string = described.version

/** The oldest Node.js that it runs on: `20.19`. */
export const OLDEST_NODE: string = described.engines.node.replace('>=', '')
