import { fieldValues, type RawFields } from '../../../wire/fields.ts'
import { highest, parseRole, type Role } from './role.ts'

/** How an identity proxy (one that signs people in by OIDC) says who asks. */
export interface IdentityRules {
  /** Fields in lower case. */
  userField: string
  groupsField: string | null
  roles: readonly RoleOfGroup[]
}

/** `*` is everybody whom the proxy lets through. */
export interface RoleOfGroup {
  group: string
  role: Role
}

/** Parses `GROUP=ROLE`; throws a RangeError that says what was expected. */
export function parseRoleOfGroup(text: string): RoleOfGroup {
  const [, group, role] = /^(.+)=([^=]*)$/s.exec(text) ?? []
  if (group === undefined) throw new RangeError(`expected GROUP=ROLE, got '${text}'`)
  return { group, role: parseRole(role!) }
}

/**
 * Who the proxy says it is, with the highest role of any of the groups, or null where it says nothing.
 * A field that came twice says nothing: one of them may be the client's own.
 */
export function identityOf(
  { userField, groupsField, roles }: IdentityRules,
  fields: RawFields,
): { name: string; role: Role | null } | null {
  const name = onlyValue(fields, userField)
  if (name === '' || name.length > 200) return null
  const groups = groupsField === null ? '' : onlyValue(fields, groupsField)
  const own = new Set(['*', ...groups.split(',').map((group) => group.trim())])
  const given = roles.filter(({ group }) => own.has(group)).map(({ role }) => role)
  return { name, role: highest(given) }
}

function onlyValue(fields: RawFields, name: string): string {
  const values = fieldValues(fields, name)
  return values.length === 1 ? Buffer.from(values[0]!, 'latin1').toString('utf8') : ''
}
