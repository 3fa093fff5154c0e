import { existsSync, statSync } from 'node:fs'
import { keyFile, keysOf, type KeySettings } from '../secret-key.ts'
import { failure, fine, warning, type Finding } from './finding.ts'

/** The key with which secrets are sealed. None is made. */
export function checkSecrets(settings: KeySettings): Finding[] {
  const file = keyFile(settings)
  if (file === null) return [fine('secrets', 'the key is given')]
  const isNamed = settings['secret-key-file'] !== undefined
  if (!existsSync(file) && !isNamed) {
    return [fine('secrets', `the first start makes a key in ${file}: keep it`)]
  }
  try {
    keysOf(settings, () => {})
  } catch (error) {
    return [failure('secrets', error, 'put the key back that was there')]
  }
  const open = statSync(file).mode & 0o077
  if (open === 0 || process.platform === 'win32') return [fine('secrets', `the key is in ${file}`)]
  const what = `${file} can be read by others on this machine`
  return [warning('secrets', what, `chmod 600 ${file}`)]
}
