"""The REST API: the same services and rights as the pages, one router for each room."""

from accounts.api import router as people
from accounts.api_auth import PageAuth, TokenAuth
from accounts.people_api import router as persons
from accounts.session_api import router as sessions
from addresses.api import router as addresses
from approvals.api import router as requests
from backups.api import router as backups
from catalogue.api import router as catalogue
from catalogue.offer_api import router as offers
from consoles.api import router as consoles
from consoles.listening.api import router as listening
from consoles.rdp.api import router as rdp
from consoles.recording.api import router as recording
from consoles.ssh.api import router as ssh
from hosts.api import router as hosts
from hosts.network_api import router as networks
from jobs.api import router as jobs
from maintenance.api import router as maintenance
from maintenance.plan_api import router as plans
from migration.api import router as migrations
from migration.copy_api import router as copies
from migration.processors.api import router as processors
from notices.api import router as webhooks
from notices.people_api import router as notices
from posture.api import router as posture
from quotas.api import router as quotas
from recordings.api import router as recordings
from screens.api import router as screens
from snapshots.api import router as snapshots
from teams.api import router as teams
from teams.coming_api import router as coming
from teams.handing_api import router as handing
from teams.role_api import router as roles
from teams.service_api import router as programs
from transfers.api import router as files
from usage.api import router as usage
from vms.affinity.api import router as placing
from vms.api import router as machines
from vms.medium.api import router as media
from vms.resizing.api import router as sizing
from vms.sharing.api import router as sharing

from .describing import DescribedAPI
from .parsing import PlainParser
from .problems import install

api = DescribedAPI(
    title="Guesthouse",
    version="1",
    description="Hosts, machines, consoles and jobs. Every changing call answers 202 with a job.",
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    parser=PlainParser(),
    auth=[TokenAuth(), PageAuth(csrf=True)],
)
for router in (
    posture,
    usage,
    quotas,
    requests,
    machines,
    media,
    sizing,
    sharing,
    placing,
    consoles,
    ssh,
    listening,
    rdp,
    screens,
    backups,
    addresses,
    files,
    snapshots,
    recording,
    recordings,
    migrations,
    catalogue,
    offers,
    networks,
    hosts,
    maintenance,
    plans,
    copies,
    processors,
    jobs,
    people,
    persons,
    sessions,
    webhooks,
    notices,
    teams,
    coming,
    handing,
    programs,
    roles,
):
    api.add_router("", router)
install(api)
