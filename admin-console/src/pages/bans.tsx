import { Button, Form, Input, Table, Tabs } from 'antd';
import { useState } from 'react';
import { type Answer, call, get, newKey, type Problem } from '../api';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { useSession } from '../session';
import { Act, Buttons, Page, Player, ProblemView, part, Reload, Rows, State, Text, Time, useColumn, useSend } from '../ui';
import { BanFields, type BanForm, bannedUntil } from './banform';

type Batch = NonNullable<Answer<'/admin/v1/ban-batches'>['batches']>[number];
type Item = NonNullable<Batch['items']>[number];
type BatchAnswer = Answer<'/admin/v1/bans:batch', 'post'>;

/** Bans of one player, of many, and what became of the many. */
export function BansPage() {
  const { t } = useTexts();
  const { may } = useSession();
  const [tab, setTab] = useState('batches');
  const batches = useLoad('batches', () => get('/admin/v1/ban-batches'));
  return (
    <Page
      title={t('menu.bans')}
      needs={['BAN_READ', 'BAN_WRITE', 'BAN_BATCH']}
      extra={
        <Act<BanForm & { userId: string }>
          label={t('bans.one')}
          type="primary"
          danger
          needs="BAN_WRITE"
          initial={{ scope: 'ACCOUNT' } as Partial<BanForm & { userId: string }>}
          fields={
            <>
              <Text name="userId" label={t('field.userId')} required max={20} />
              <BanFields />
            </>
          }
          send={({ until, ...ban }, key) => call('post', '/admin/v1/bans', { body: { ...ban, ...bannedUntil(until) }, key })}
        />
      }
    >
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: 'batches', label: t('bans.batches'), children: <Batches load={batches} /> },
          ...(may('BAN_BATCH') ? [{ key: 'new', label: t('bans.newBatch'), children: <NewBatch done={batches.reload} /> }] : []),
        ]}
      />
    </Page>
  );
}

function Batches({ load }: { load: ReturnType<typeof useLoad<Answer<'/admin/v1/ban-batches'>>> }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const columns = [
    column<Batch>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<Batch>('field.createdBy', (row) => row.createdBy),
    column<Batch>('field.scope', (row) => `${named('scope', row.scope)} ${row.target ?? ''}`),
    column<Batch>('field.reasonCode', (row) => row.reasonCode),
    column<Batch>('field.until', (row) => (row.until ? <Time at={row.until} /> : t('ban.forever'))),
    column<Batch>('bans.undone', (row) => (row.undoneAt ? <><Time at={row.undoneAt} /> {row.undoneBy}</> : '–')),
    column<Batch>('field.actions', (row) => (
      <Buttons>
        <Act
          label={t('bans.repeat')}
          about={t('bans.repeatText')}
          needs="BAN_BATCH"
          send={(_, key) => call('post', '/admin/v1/ban-batches/{batchId}:repeat', { ids: { batchId: row.batchId }, key })}
          done={load.reload}
        />
        <Act
          label={t('bans.undo')}
          about={t('bans.undoText')}
          danger
          needs="BAN_BATCH"
          disabled={row.undoneAt !== undefined}
          send={(_, key) => call('post', '/admin/v1/ban-batches/{batchId}:undo', { ids: { batchId: row.batchId }, key })}
          done={load.reload}
        />
      </Buttons>
    )),
  ];
  return (
    <>
      <Buttons>
        <Reload load={load} />
      </Buttons>
      <Rows label={t('bans.batches')} load={part(load, (data) => data.batches ?? [])} columns={columns} rowKey={(row) => row.batchId ?? ''} expand={(row) => <BatchItems batchId={row.batchId} />} />
    </>
  );
}

function BatchItems({ batchId }: { batchId: string | undefined }) {
  const { t } = useTexts();
  const load = useLoad(batchId, () => get('/admin/v1/ban-batches/{batchId}', { ids: { batchId } }));
  return <Rows label={t('bans.items')} load={part(load, (data) => data.items ?? [])} columns={useItemColumns()} rowKey={(row) => String(row.position)} />;
}

function useItemColumns() {
  const column = useColumn();
  return [
    column<Item>('bans.wanted', (row) => row.wanted),
    column<Item>('field.userId', (row) => <Player userId={row.userId} />),
    column<Item>('field.result', (row) => <State kind="result" value={row.result} />),
  ];
}

/** Tries a batch first, and offers to do just what was tried. */
function NewBatch({ done }: { done: () => void }) {
  const { t, named } = useTexts();
  const columns = useItemColumns();
  const submit = useSend();
  const [form] = Form.useForm<BanForm & { players: string }>();
  const [tried, setTried] = useState<{ body: Parameters<typeof bodyOf>[0]; answer: BatchAnswer }>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  // Done, or to be approved by somebody else: nothing to send again.
  const asked = () => {
    setTried(undefined);
    form.resetFields();
    done();
  };
  const run = async (values: BanForm & { players: string }, dryRun: boolean) => {
    setBusy(true);
    const refused = await submit(async () => {
      const answer = await call('post', '/admin/v1/bans:batch', { body: { ...bodyOf(values), dryRun }, key: newKey() });
      if (dryRun) setTried({ body: values, answer });
    }, dryRun ? undefined : asked, dryRun);
    setProblem(refused);
    setBusy(false);
  };
  return (
    <div className="panel">
      <Form<BanForm & { players: string }>
        form={form}
        layout="vertical"
        initialValues={{ scope: 'ACCOUNT' }}
        onValuesChange={() => setTried(undefined)}
        onFinish={(values) => void run(values, true)}
        style={{ maxWidth: 560 }}
      >
        <Form.Item name="players" label={t('bans.players')} extra={t('bans.playersHelp')} rules={[{ required: true, message: t('field.missing') }]}>
          <Input.TextArea rows={8} className="mono" />
        </Form.Item>
        <BanFields />
        {problem && <ProblemView problem={problem} />}
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('bans.dryRun')}
        </Button>
      </Form>
      {tried && (
        <>
          <h2>{t('bans.wouldHappen')}</h2>
          <p role="status">
            {Object.entries(tried.answer.counts ?? {})
              .map(([result, n]) => `${named('result', result)}: ${String(n)}`)
              .join(' · ')}
          </p>
          <Table<Item> size="small" aria-label={t('bans.wouldHappen')} columns={columns} dataSource={tried.answer.items ?? []} rowKey={(row) => String(row.position)} pagination={{ pageSize: 50, hideOnSinglePage: true }} />
          <p className="quiet">{t('bans.approvalHint')}</p>
          <Button type="primary" danger loading={busy} onClick={() => void run(tried.body, false)}>
            {t('bans.doIt')}
          </Button>
        </>
      )}
    </div>
  );
}

/** All of them ids, or else all of them names. */
function bodyOf({ players, until, ...ban }: BanForm & { players: string }) {
  const lines = players.split(/[\s,;]+/).filter((line) => line !== '');
  const ids = lines.every((line) => /^\d{15,19}$/.test(line));
  return { ...ban, ...bannedUntil(until), ...(ids ? { userIds: lines } : { usernames: lines }) };
}
