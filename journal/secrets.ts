/** Fields whose values never reach a log, a page or an export. */
const SECRET_FIELDS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie'])

export function isSecretField(name: string): boolean {
  return SECRET_FIELDS.has(name.toLowerCase())
}
