// Who else forwards or records, each as its own users run it. A peer is
//   name       with its version, once `obtain()` has got it onto the machine (or thrown why not)
//   setUp({ target, folder, port })  lays out its files: { command, recorded?, countedWhile? }
//   recorded() how many exchanges it has kept; counted while it runs where it keeps them in memory,
//              after its orderly end where in files
//   note       what must be known to read its figures

import os from 'node:os'
import path from 'node:path'
import { bareHttp, bareOwn, bareUndici } from './bare.mjs'
import { installPackages } from './install.mjs'
import { mitmproxy } from './mitmproxy.mjs'
import { mockttp } from './mockttp.mjs'
import { mountebank } from './mountebank.mjs'
import { nginx } from './nginx.mjs'
import { talkback } from './talkback.mjs'
import { wiremock } from './wiremock.mjs'

const all = [
  nginx,
  bareHttp,
  bareOwn,
  bareUndici,
  mockttp,
  mountebank,
  mitmproxy,
  talkback,
  wiremock,
]

/** `{ peers, missing }`: those that could be had, and of each other one why not. */
export function obtainPeers(tell) {
  const folder = path.join(os.tmpdir(), 'reprise-peers')
  const packages = all.flatMap((peer) => peer.packages ?? [])
  let broken
  try {
    installPackages(folder, packages)
  } catch (error) {
    broken = `its npm package could not be installed: ${error.message.split('\n')[0]}`
  }
  const peers = []
  const missing = []
  for (const peer of all) {
    try {
      if (peer.packages !== undefined && broken !== undefined) throw new Error(broken)
      peers.push({ ...peer, ...peer.obtain(folder) })
    } catch (error) {
      missing.push(`${peer.name} is left out: ${error.message}`)
      tell(`LEFT OUT: ${missing.at(-1)}`)
    }
  }
  return { peers, missing }
}
