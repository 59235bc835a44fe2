import FoundationEssentials

/// What an agent is told to install, or to take back: everything that it needs to know, under one signature
/// (`SignedPatchOrder`).
public struct PatchOrder: Sendable, Hashable, Codable {
    /// What installs packages on the machine.
    public enum Tool: String, Sendable, Codable, CaseIterable {
        case apt, dnf, apk
        /// The package files come with the order (`payloads`) and from no repository.
        case payload
    }

    /// A package as its tool names it.
    public struct Package: Sendable, Hashable, Codable {
        public var name: String
        /// As the tool says it (`amd64`, `x86_64`); nil for whatever is installed.
        public var architecture: String?
        /// Exactly this one is installed; nil for the newest that the repository has, where advisories do not tell how the
        /// package's own version is written. For a rollback: what was there before; the agent's own snapshot goes first.
        public var version: String?
        /// What the server believes to be installed.
        public var installed: String?

        public init(name: String, architecture: String? = nil, version: String?, installed: String? = nil) {
            self.name = name
            self.architecture = architecture
            self.version = version
            self.installed = installed
        }
    }

    /// A file to be fetched before anything is changed.
    public struct Payload: Sendable, Hashable, Codable {
        /// The file's name, without folders; it says what installs it: `.deb`, `.rpm`, `.apk`.
        public var name: String
        /// Presigned: whoever has it may read the file until it ends.
        public var url: String
        /// SHA-256 in hexadecimal: wherever the bytes come from, they are these.
        public var digest: String
        public var bytes: Int64

        public init(name: String, url: String, digest: String, bytes: Int64) {
            self.name = name
            self.url = url
            self.digest = digest
            self.bytes = bytes
        }

        enum CodingKeys: String, CodingKey {
            case name, url, bytes
            case digest = "sha256"
        }
    }

    public var tenant: TenantID
    /// The only one that it is for.
    public var agent: AgentID
    public var job: PatchJob
    /// The heartbeat's that it answers (`AgentHeartbeat.nonce`): an order that was recorded is good for nothing.
    public var nonce: UUID
    public var issued: Date
    /// It is not accepted later; once accepted, the server's word counts, which it asks for before it changes anything. The
    /// agent counts `expires - issued` from when it asked, by a clock that nobody sets: what the
    /// machine takes for the time decides nothing.
    public var expires: Date
    public var tool: Tool
    public var packages: [Package]
    public var payloads: [Payload]
    public var reboot: RebootPolicy
    /// What has to be free before it begins, besides what the tool itself asks for.
    public var diskBytes: Int64
    /// For downloads; nil for as fast as it goes.
    public var bytesPerSecond: Int?

    public init(
        tenant: TenantID, agent: AgentID, job: PatchJob, nonce: UUID, issued: Date, expires: Date, tool: Tool,
        packages: [Package], payloads: [Payload] = [], reboot: RebootPolicy = RebootPolicy(), diskBytes: Int64 = 0,
        bytesPerSecond: Int? = nil
    ) {
        self.tenant = tenant
        self.agent = agent
        self.job = job
        self.nonce = nonce
        self.issued = issued
        self.expires = expires
        self.tool = tool
        self.packages = packages
        self.payloads = payloads
        self.reboot = reboot
        self.diskBytes = diskBytes
        self.bytesPerSecond = bytesPerSecond
    }

    enum CodingKeys: String, CodingKey {
        case tenant, agent, job, nonce, issued, expires, tool, packages, payloads, reboot
        case diskBytes = "disk_bytes"
        case bytesPerSecond = "bytes_per_second"
    }
}
