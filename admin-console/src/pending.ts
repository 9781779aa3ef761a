import type { components } from '../target/openapi';

type S = components['schemas'];
type Out<R> = { responses: { 200: { content: { 'application/json': R } } } };
type Get<R, Q = never> = { get: Out<R> & { parameters: { query?: Q } } };
type Post<B, R = unknown> = { post: Out<R> & { requestBody: { content: { 'application/json': B } } } };
type Put<B, R = unknown> = { put: Out<R> & { requestBody: { content: { 'application/json': B } } } };
type Patch<B, R = unknown> = { patch: Out<R> & { requestBody: { content: { 'application/json': B } } } };
type Delete<R = unknown> = { delete: Out<R> };
type Reasoned = { reason: string };
type Wide = 'ALL' | string[];

export type GrantServers = 'ALL' | { serverIds?: string[]; serverGroupIds?: string[] };
export type OperatorRow = {
  operatorId?: string;
  name?: string;
  displayName?: string;
  status?: string;
  superAdmin?: boolean;
  totpEnabled?: boolean;
  groups?: { groupId?: string; name?: string }[];
  lastLoginAt?: string;
};
export type GroupRow = {
  groupId?: string;
  name?: string;
  description?: string;
  members?: { operatorId?: string; name?: string }[];
  grants?: { grantId?: string; permissions?: string[]; servers?: GrantServers; channels?: Wide }[];
};

/** Endpoints that docs/openapi.json does not name yet. */
export type Pending = {
  '/admin/v1/accounts': Get<
    { accounts?: S['AdminAccountView'][]; lookup?: { shards?: number; shard?: string; visited?: string[]; elapsedMs?: number } },
    { username?: string; userId?: string; roleId?: string; identity?: string }
  >;
  '/admin/v1/permissions': Get<{ permissions?: { permission?: string; menu?: string; scoped?: boolean; dangerous?: boolean }[] }>;
  '/admin/v1/operators': Get<{ operators?: OperatorRow[]; next?: string }, { after?: string; limit?: number }> & Post<{ name: string; password: string; displayName?: string }>;
  '/admin/v1/operators/{operatorId}': Get<OperatorRow> & Patch<{ displayName?: string; status?: string; superAdmin?: boolean }> & Delete;
  '/admin/v1/operators/{operatorId}:resetPassword': Post<Reasoned, { temporaryPassword?: string }>;
  '/admin/v1/operators/{operatorId}/effective': Get<{
    superAdmin?: boolean;
    rights?: { permission?: string; cells?: { servers?: Wide; channels?: Wide; groupId?: string; groupName?: string; grantId?: string }[] }[];
  }>;
  '/admin/v1/operators/{operatorId}:explain': Get<{ allowed?: boolean; because?: string[] }, { permission?: string; serverId?: string; channel?: string }>;
  '/admin/v1/groups': Get<{ groups?: GroupRow[] }> & Post<{ name: string; description?: string }, GroupRow>;
  '/admin/v1/groups/{groupId}': Get<GroupRow> & Patch<{ name?: string; description?: string }> & Delete;
  '/admin/v1/groups/{groupId}/members': Put<{ operatorIds: string[] }>;
  '/admin/v1/groups/{groupId}/grants': Post<{ permissions: string[]; servers: GrantServers; channels: Wide }>;
  '/admin/v1/groups/{groupId}/grants/{grantId}': Delete;
  '/admin/v1/channels': Get<{ channels?: { channel?: string; name?: string; createdAt?: string }[] }> & Post<{ channel: string; name: string }>;
  '/admin/v1/channels/{channel}': Patch<{ name: string }> & Delete;
  '/admin/v1/game-servers': Get<{ servers?: { serverId?: string; name?: string; serverGroupIds?: string[]; createdAt?: string }[] }> & Post<{ serverId: string; name: string }>;
  '/admin/v1/game-servers/{serverId}': Patch<{ name: string }> & Delete;
  '/admin/v1/server-groups': Get<{ groups?: { serverGroupId?: string; name?: string; serverIds?: string[] }[] }> & Post<{ name: string; serverIds: string[] }>;
  '/admin/v1/server-groups/{serverGroupId}': Patch<{ name: string; serverIds: string[] }> & Delete;
  '/admin/v1/accounts:list': Get<
    { accounts?: S['AdminAccountView'][]; next?: string; missingShards?: string[] },
    { channel?: string; status?: string; registeredFrom?: string; registeredTo?: string; after?: string; limit?: number }
  >;
  '/admin/v1/roles:byServer': Get<{ roles?: S['FoundRole'][]; next?: string; missingShards?: string[] }, { serverId: string; after?: string; limit?: number }>;
  '/admin/v1/accounts/{userId}:resetPassword': Post<Reasoned, { temporaryPassword?: string }>;
  '/admin/v1/accounts/{userId}:unlock': Post<Reasoned>;
  '/admin/v1/accounts/{userId}:rename': Post<Reasoned & { username?: string; displayName?: string }>;
  '/admin/v1/accounts/{userId}/notes': Get<{ notes?: { noteId?: string; at?: string; operator?: string; text?: string }[] }> & Post<{ text: string }>;
  '/admin/v1/accounts/{userId}:export': Post<Reasoned>;
  '/admin/v1/accounts/{userId}/identities': Get<{ identities?: { provider?: string; subject?: string; linkedAt?: string; state?: string }[] }>;
  '/admin/v1/approvals': Get<
    {
      approvals?: {
        approvalId?: string;
        kind?: string;
        maker?: string;
        reason?: string;
        summary?: string;
        payload?: string;
        payloadSha256?: string;
        state?: string;
        createdAt?: string;
        expiresAt?: string;
        decidedBy?: string;
        decisionReason?: string;
        result?: string;
      }[];
      next?: string;
    },
    { state?: string; after?: string; limit?: number }
  >;
  '/admin/v1/approvals/{approvalId}:approve': Post<Reasoned & { payloadSha256?: string }>;
  '/admin/v1/approvals/{approvalId}:reject': Post<Reasoned & { payloadSha256?: string }>;
  '/admin/v1/approvals/{approvalId}/export': Get<Record<string, unknown>>;
  '/admin/v1/dashboard': Get<{
    registrations?: { last24h?: number; perHour?: { from?: string; count?: number }[] };
    logins?: { last24h?: number; perHour?: { from?: string; count?: number }[] };
    refusals?: { last24h?: number; perHour?: { from?: string; count?: number }[] };
    online?: number;
    roleLag?: { maxSeconds?: number; entries?: number };
    shards?: { shard?: string; accounts?: number; skew?: number; up?: boolean; instance?: string }[];
    idMachines?: { machine?: number; process?: string }[];
    elapsedMs?: number;
  }>;
};
