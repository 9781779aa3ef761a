import { Alert, App, Button, Empty, Form, Input, Modal, Result, Skeleton, Space, Table, type TableColumnsType, Tag, Typography } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { AwaitsApproval, newKey, Problem } from './api';
import { type Key, useTexts } from './i18n';
import type { Load, Paged } from './load';
import { Link } from './router';
import { useSession } from './session';

/** A page: its title for screen readers, tabs and the eye, and who may not see it. */
export function Page({ title, needs, extra, children }: { title: string; needs?: string[]; extra?: ReactNode; children: ReactNode }) {
  const { t } = useTexts();
  const { may } = useSession();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  const missing = needs && !needs.some(may) ? needs : [];
  return (
    <div className="page">
      <div className="page-head">
        <h1 id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {missing.length === 0 && extra}
      </div>
      {missing.length > 0 ? <NoRight permissions={missing} /> : children}
    </div>
  );
}

export function NoRight({ permissions }: { permissions: string[] }) {
  const { t, named } = useTexts();
  const { me } = useSession();
  if (me.totpRequired && !me.totpEnabled) {
    return <Result status="warning" title={t('problem.TOTP_NOT_SET_UP')} extra={<Link to="/account">{t('operator.totp')}</Link>} />;
  }
  const names = permissions.map((permission) => `${named('permission', permission)} (${permission})`);
  return <Result status="warning" title={t('noRight.title')} subTitle={t('noRight.text', { permissions: names.join(' / ') })} />;
}

/** Words of the service, which speaks English only: folded where the page has said it in its own language. */
export function Said({ children }: { children: ReactNode }) {
  const { t, language } = useTexts();
  if (language === 'en') return <div lang="en">{children}</div>;
  return (
    <details>
      <summary>{t('said')}</summary>
      <div lang="en">{children}</div>
    </details>
  );
}

/** What went wrong, by its code, with the words of the service and what support asks for. */
export function ProblemView({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const { t, named } = useTexts();
  const title = named('problem', problem.code);
  const rule = `${problem.code}.${problem.reason}`;
  const refusal = named('refusal', rule);
  const fields = [...new Set(problem.fields.map(({ field = '' }) => named('field', field)))];
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      title={title === problem.code ? problem.title : title}
      description={
        <>
          {refusal !== rule && <div>{refusal}</div>}
          {problem.permission && <div>{t('problem.permission', { permission: `${named('permission', problem.permission)} (${problem.permission})` })}</div>}
          {fields.length > 0 && <div>{t('problem.fields', { fields: fields.join(', ') })}</div>}
          {(problem.detail || fields.length > 0) && (
            <Said>
              {problem.detail}
              {problem.fields.map((field) => (
                <div key={`${field.field} ${field.message}`}>
                  <b>{field.field}</b> {field.message}
                </div>
              ))}
            </Said>
          )}
          <div className="quiet">
            {t('problem.code')} <code>{problem.code}</code>
            {problem.status > 0 && ` · HTTP ${problem.status}`}
            {problem.traceId && (
              <>
                {' · '}
                {t('problem.traceId')} <code>{problem.traceId}</code>
              </>
            )}
          </div>
        </>
      }
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t('action.retry')}
          </Button>
        )
      }
    />
  );
}

function useSeconds(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const STALE_MS = 120_000;

/** Says that data is old, and since when: because newer cannot be had or because nobody asked. */
function Stale({ load }: { load: Load<unknown> }) {
  const { t, named } = useTexts();
  const now = useSeconds();
  if (load.at === undefined || load.data === undefined) return null;
  const seconds = Math.round((now - load.at) / 1000);
  if (!load.problem && now - load.at < STALE_MS) return null;
  return (
    <Alert
      className="stale"
      type="warning"
      showIcon
      title={t('stale.title', { seconds })}
      description={load.problem && `${named('problem', load.problem.code)} (${load.problem.code})`}
      action={
        <Button size="small" onClick={load.reload}>
          {t('action.reload')}
        </Button>
      }
    />
  );
}

/** Shows what was loaded; or that it loads, failed, is nothing, is old. */
export function Loaded<T>({ load, isEmpty, empty, children }: { load: Load<T>; isEmpty?: (data: T) => boolean; empty?: ReactNode; children: (data: T) => ReactNode }) {
  const { t } = useTexts();
  if (load.data === undefined) {
    if (load.problem?.permission) return <NoRight permissions={[load.problem.permission]} />;
    if (load.problem) return <ProblemView problem={load.problem} retry={load.reload} />;
    return load.loading ? <Skeleton active title={false} paragraph={{ rows: 4 }} aria-label={t('loading')} /> : null;
  }
  return (
    <>
      <Stale load={load} />
      {isEmpty?.(load.data) ? (empty ?? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} />) : children(load.data)}
    </>
  );
}

/** A table of all rows, or of a list that comes in pages. */
export function Rows<R extends object>({
  load,
  columns,
  rowKey,
  empty,
  label,
  expand,
}: {
  load: Load<R[]> | Paged<R>;
  columns: TableColumnsType<R>;
  rowKey: (row: R) => string;
  empty?: ReactNode;
  label: string;
  expand?: (row: R) => ReactNode;
}) {
  const { t } = useTexts();
  const more = 'more' in load ? load.more : undefined;
  return (
    <Loaded load={load} isEmpty={(rows) => rows.length === 0} empty={empty}>
      {(rows) => (
        <>
          <div className="rows" tabIndex={0} role="region" aria-label={label}>
            <Table<R>
              size="small"
              columns={columns}
              dataSource={rows}
              rowKey={rowKey}
              pagination={false}
              {...(expand ? { expandable: { expandedRowRender: expand, columnTitle: <span className="unseen">{t('rows.details')}</span> } } : {})}
            />
          </div>
          <div className="quiet below" role="status">
            {t('rows.count', { n: rows.length })}
            {more && (
              <Button size="small" onClick={more} loading={load.loading}>
                {t('rows.more')}
              </Button>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}

/** Maps what was loaded, with its states. */
export function part<T, U>(load: Load<T>, of: (data: T) => U): Load<U> {
  return { ...load, data: load.data === undefined ? undefined : of(load.data) };
}

/** In the time zone of who looks. */
export function written(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function Time({ at }: { at: string | number | undefined }) {
  if (at === undefined) return <>–</>;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {written(date)}
    </time>
  );
}

/** A value that is copied rather than read; a short one shows its beginning. */
export function Id({ children, short = false }: { children: string | undefined; short?: boolean }) {
  const { t } = useTexts();
  if (!children) return <>–</>;
  return (
    <Typography.Text code title={children} copyable={{ text: children, tooltips: [t('action.copy'), t('action.copied')] }}>
      {short ? `${children.slice(0, 8)}…` : children}
    </Typography.Text>
  );
}

export function Player({ userId }: { userId: string | undefined }) {
  return userId ? (
    <Link to={`/players/${userId}`} className="mono">
      {userId}
    </Link>
  ) : (
    <>–</>
  );
}

const COLOURS: Record<string, string> = {
  ACTIVE: 'green', UP: 'green', DONE: 'green', SIGNING: 'green', MINTING: 'green', APPROVED: 'green', BANNED: 'red', ENABLED: 'green',
  DOWN: 'red', REFUSED: 'red', ERASED: 'red', ERASING: 'red', COMPROMISED: 'red', FAILED: 'red', DISABLED: 'red', REJECTED: 'red', LOCKED: 'red',
  PENDING: 'gold', PENDING_DELETION: 'gold', PAUSED: 'gold', INTENDED: 'blue', RUNNING: 'blue',
};

/** A state in words and, for who sees them, colours. */
export function State({ kind, value }: { kind: string; value: string | undefined }) {
  const { named } = useTexts();
  if (value === undefined) return <>–</>;
  return <Tag color={COLOURS[value] ?? (kind === 'outcome' ? 'red' : 'default')}>{named(kind === 'outcome' ? ['outcome', 'result', 'problem'] : kind, value)}</Tag>;
}

/** Sends something and says what became of it: done, refused, or waiting for another person. */
export function useSend(): (work: () => Promise<unknown>, done?: () => void, silent?: boolean) => Promise<Problem | undefined> {
  const { message, notification } = App.useApp();
  const { t } = useTexts();
  return async (work, done, silent = false) => {
    try {
      await work();
      if (!silent) void message.success(t('action.done'));
      done?.();
      return undefined;
    } catch (error) {
      if (error instanceof AwaitsApproval) {
        notification.info({
          duration: 0,
          title: t('approval.asked'),
          description: <Link to={`/approvals?id=${error.approvalId}`}>{t('approval.askedText', { id: error.approvalId })}</Link>,
        });
        done?.();
        return undefined;
      }
      if (error instanceof Problem) return error;
      throw error;
    }
  };
}

/** A button that asks before it acts: for the reason, and for whatever else the action needs. */
export function Act<V extends object>({
  label,
  about,
  send,
  done,
  needs,
  danger = false,
  reason = false,
  fields,
  initial,
  type,
  disabled = false,
}: {
  label: string;
  about?: ReactNode;
  send: (values: V & { reason: string }, key: string) => Promise<unknown>;
  done?: () => void;
  needs?: string;
  danger?: boolean;
  reason?: boolean;
  fields?: ReactNode;
  initial?: Partial<V>;
  type?: 'primary' | 'link' | 'default';
  disabled?: boolean;
}) {
  const { t } = useTexts();
  const { may } = useSession();
  const submit = useSend();
  const [form] = Form.useForm<V & { reason: string }>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [key, setKey] = useState('');
  if (!may(needs)) return null;
  const start = () => {
    setKey(newKey());
    setProblem(undefined);
    setOpen(true);
  };
  const finish = async (values: V & { reason: string }) => {
    setBusy(true);
    try {
      const refused = await submit(
        () => send(values, key),
        () => {
          setOpen(false);
          done?.();
        },
      );
      setProblem(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size={type === 'primary' ? 'middle' : 'small'} type={type ?? 'default'} danger={danger} onClick={start} disabled={disabled}>
        {label}
      </Button>
      <Modal
        open={open}
        title={label}
        okText={label}
        cancelText={t('action.cancel')}
        okButtonProps={{ danger, loading: busy }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <Form<V & { reason: string }> form={form} layout="vertical" onFinish={(values) => void finish(values)} {...(initial ? { initialValues: initial } : {})} preserve={false}>
          {about && <p>{about}</p>}
          {fields}
          {reason && <Text name="reason" label={t('field.reason')} required max={255} area />}
          {problem && <ProblemView problem={problem} />}
        </Form>
      </Modal>
    </>
  );
}

/** A field of text. */
export function Text({ name, label, required = false, max, area = false, help }: { name: string | string[]; label: string; required?: boolean; max?: number; area?: boolean; help?: string }) {
  const { t } = useTexts();
  return (
    <Form.Item name={name} label={label} rules={[{ required, whitespace: required, message: t('field.missing') }]} {...(help ? { extra: help } : {})}>
      {area ? <Input.TextArea rows={3} maxLength={max} /> : <Input maxLength={max} autoComplete="off" />}
    </Form.Item>
  );
}

export function Reload({ load }: { load: Load<unknown> }) {
  const { t } = useTexts();
  return (
    <Button size="small" onClick={load.reload} loading={load.loading}>
      {t('action.reload')}
    </Button>
  );
}

/** Several buttons in a row that breaks where it must. */
export function Buttons({ children }: { children: ReactNode }) {
  return (
    <Space wrap size="small" className="buttons">
      {children}
    </Space>
  );
}

/** Headings of a table: the catalogue's texts by the names of the columns. */
export function useColumn() {
  const { t } = useTexts();
  return <R,>(key: Key, render: (row: R) => ReactNode, more: object = {}) => ({ key, title: t(key), render: (_: unknown, row: R) => render(row), ...more });
}
