import { OLDEST_NODE, VERSION } from '../version.ts'
import { fine, problem, type Finding } from './finding.ts'

/** The program, and what it runs on. */
export function checkVersions(node = process.versions.node): Finding[] {
  const what = `reprise ${VERSION} on Node.js ${node}, ${process.platform} ${process.arch}`
  return [
    isAtLeast(node, OLDEST_NODE)
      ? fine('versions', what)
      : problem('versions', what, `it needs Node.js ${OLDEST_NODE} or later`),
  ]
}

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = oldest.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
