"""Words that may begin a sentence, or stand in capitals, without naming anything."""

_OPENERS = """
a about above access according account accounts across action actions active additional after afterwards again agents
alarm alarms alert alerts all along already also although among an analysis analytics and another any app application
applications approval approvals apps as assets asynchronous at attempt attempts audit author authorization automatic
automation availability average back backend backends backlog backup backups bad balance balancers bandwidth batch
batches because before behind being beyond blame blog board both bots branch broad browser browsers bucket buckets
buffer bug bugs build builds business but by cache caches call callers calls capacity card cards carts catalog cause
causes cells central certificate certificates chain change changes channel chart charts chat check checkout checkouts
checks clean clients clocks cluster clusters code cold comments commit commits common comms communication
communications config configuration confirmation connection connections connectivity consumer consumers contact
containers content contention context control controllers copy core corrupt counts crashes credentials critical cron
current customer customers cut daily dashboard dashboards data database databases date deadlock debug decision
decisions deep default delay delays delivery demand deploy deployment deployments deploys design despite detail
details detection developer developers devices diagnosis disk disks documents domain down downstream downtime drop dry
due duplicate during duty each early edge either eight email emails emergency engineer engineering engineers enough
entries entry error errors escalation event events every everyone everything evidence examination exact exhaustion
existing exports external extra eleven failed failing failover failovers fail failure failures false fault faults
feature features few field fields file files final finally finance fire first five fix fixes flags follow follow-up
follow-ups for forensic form four free free-space from front frontend full function further future garbage gateway
gateways general given global graphs group groups half hand handlers hardware health healthy heap heavy help here high
higher hold host hosts hotfix hour hours how however human idle if image images immediate impact import imports in
inbound incident incidents incoming incorrect index indexes individual information infrastructure ingest initial
initially input inside instance instances instead intermittent internal into investigation investigations investigator
invoice invoices is issue issues it items its job jobs just keys known lack large last late later latency lead legacy
less level levels library light limit limits line lines link links listings live load loads local lock locks log
logging login logins logs long long-running look losing low lower machine machines mail mails main maintenance major
management manager manual many mapping mass maximum mean meanwhile measurements memory merchants message messages
metric metrics migration migrations minimum minor minutes missing mistake mitigation mitigations mobile model modules
moments monitor monitoring monitors more most multiple names near nearly neither network networks new next night nine
no nobody node nodes noise none normal normally not notes nothing notice notification notifications now number numbers
of off offline old older on on-call once one ongoing online only open operations operator operators orders other
others our out outage outages outbound output outside over overall overload owner owners pack packet packets page
pages paging panel parallel part partial parts partner partners past patch patches path paths payment payments peak
pending people per percentage performance permission permissions phone pipeline pipelines planned platform pod pods
point policy pool pools port possible post post-mortem postmortem power pressure prices previous primary prior probes
probe process processes processing producers product production profile progress project projects proposal provider
providers proxies proxy public pull purchase push quarantine queries query queue queues quick quota quotas rate rates
raw read reads rebuild recent record records recovery redeploy reduced region regional regions registration regular
release releases reload remaining removal repair repeat replacement replica replicas replication report reports
repository request requests rerun rescue reset resolution resource resources responder responders response responses
restart restarts restore result results retries retry returns reversal revert review risk role roles roll rollback
rollbacks rollout root routes routing row rows rule rules run runbook runners safe sales sample saturation schedule
scheduled schema screen scripts search searches second secondary secrets security segments sellers server servers
service services session sessions setting settings seven several severity shards shift shipping shops short shortly
shoppers sign-in sign-ins sign-up sign-ups similar simulate since single site sites situation six slow small snapshot
snapshots so software some someone something soon source spam spammers space specific spike spikes staff staging
standby start startup state statement status still storage stores stream streams subscribers subsequent subset success
such support suspicion switch synthetic system systems table tables task tasks team teams telemetry ten test testing
tests text than that the their them then there these they third this those though thread threads threat three through
throughput throttles ticket tickets time timeline timeout timeouts timers times to together token tokens too top total
traces traffic transactions transfer trial trigger triggers trouble tuesday twelve twice two under unhealthy until
update updates upgrade uploads upon upstream upstreams urgent usage use user users value values vendor version very
video view visitors volume volumes wait waiting warehouse warning warnings was watch we web webhook webhooks weekly
were what when whenever where whether which while who whole why wide widespread will with within without work worker
workers workflow workloads write writes wrong yesterday yet you zero zone zones ok todo eta faq ic sre api apis http
https url urls id ids ui utc gmt sev qa dba dbas sres ics iso am pm vs ie eg re comms lead commander scribe
"""
OPENERS = frozenset(_OPENERS.split())

# Plain English by their endings: no name that anybody gave a service ends so and starts a sentence.
PLAIN_ENDINGS = ("ing", "ed", "ly", "tion", "tions", "sion", "ment", "ments", "ness", "ance", "ence", "ability", "self")

# In capitals everywhere, and said of nothing in particular.
_GENERIC = (
    "ok todo eta faq ic sre sres api apis http https url urls id ids ui utc gmt sev qa am pm it vs us tbd na "
    "kb mb gb tb pb kib mib gib tib kbps mbps gbps rps qps hz mhz ghz"
)
GENERIC = frozenset(_GENERIC.split())
