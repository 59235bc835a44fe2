import Agent
import Domain
import FoundationEssentials
import Identity
import Intelligence
import Scanner
import Store

/// What the first start does so that there is something to look at: intelligence, a tenant, this
/// host's inventory and its findings. Each step is skipped when it was done before.
struct Bootstrap {
    let store: Store
    let indexes: IndexProvider
    let directory: String

    /// Who can sign in after the first start.
    struct Account: Codable {
        let email: String
        let password: String
    }

    static let tenantName = "local"
    private static let email = "admin@garrison.local"

    /// Loads the bundled intelligence where nothing newer is loaded.
    /// - Returns: whether anything was loaded, which is so on the first start.
    func loadBundle() async throws -> Bool {
        let bundle = try IntelligenceBundle(directory: try ResourceLocator.bundle())
        let loaded = Set(try await store.intelligence.status().filter { $0.importedAt != nil }.map(\.source))
        let missing = bundle.files.filter { !loaded.contains($0.name) }
        guard !missing.isEmpty else { return false }
        let total = missing.reduce(0) { $0 + $1.records }
        _ = try await Progress.step("Loading the bundled vulnerability intelligence of \(bundle.date)", of: total) {
            show in
            try await store.intelligence.importFeeds(missing.map(Self.feed), progress: show)
        }
        try await store.intelligence.queueFollowing()
        return true
    }

    private static func feed(_ file: IntelligenceBundle.File) -> IntelligenceStore.Feed {
        IntelligenceStore.Feed(
            path: file.path, source: file.source, origin: "bundled",
            provenance: IntelligenceStore.Provenance(
                name: file.name, licence: file.licence, lacks: file.lacks, contentDate: file.date,
                checksum: file.checksum))
    }

    /// What can be had within a minute; the server fetches the rest once it is running.
    private static let small: [IntelligenceSource] = [.kev, .epss, .exploitDB, .debian]

    /// Tries the network for newer intelligence; without one the bundle has to do.
    /// - Parameter directory: where downloads are kept.
    func update(directory: String, environment: [String: String]) async {
        Console.note("  Looking for newer intelligence")
        do {
            let settings = try DownloadSettings(environment: environment)
            let failures = try await IntelligenceUpdate(
                store: store, directory: directory, settings: settings, sources: Self.small
            ).run()
            if failures > 0 { Console.note("  Some sources could not be had; what was loaded before stays.") }
        } catch {
            let reason = (error as? any UserFacingError)?.message ?? "\(error)"
            Console.note("  Intelligence could not be updated: \(reason)")
        }
    }

    /// A tenant with an administrator, and this host in it.
    /// - Returns: the account, nil when somebody has set up the installation otherwise.
    func prepareTenant() async throws -> Account? {
        if let tenant = try await store.tenants.list().first {
            guard tenant.name == Self.tenantName else { return nil }
            return savedAccount()
        }
        let tenant = try await store.tenants.create(name: Self.tenantName)
        let account = Account(email: Self.email, password: Self.randomPassword())
        let hash = try PasswordHash(password: account.password)
        _ = try await store.users.create(
            email: account.email, role: .admin, passwordHash: hash.encoded, tenant: tenant.id)
        try save(account)
        return account
    }

    /// Takes this host's inventory and scans it.
    func collectAndScan() async throws {
        guard let tenant = try await store.tenants.find(Self.tenantName) else { return }
        let inventory = try await Progress.step("Collecting this host’s software") {
            try HostCollector(root: "/").collect()
        }
        _ = try await store.inventories.ingest([inventory], tenant: tenant.id)
        try await Progress.step("Scanning \(inventory.packages.count) packages") {
            _ = try await store.scans.scan(tenant: tenant.id, with: try await indexes.current())
        }
    }

    private var accountPath: String { "\(directory)/first-account.json" }

    private func savedAccount() -> Account? {
        guard let data = try? Data(contentsOf: URL(filePath: accountPath)) else { return nil }
        return try? JSONDecoder().decode(Account.self, from: data)
    }

    private func save(_ account: Account) throws {
        let data = try JSONEncoder().encode(account)
        guard
            FileManager.default.createFile(
                atPath: accountPath, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw CommandError.unwritable(path: accountPath, reason: "the file could not be made") }
    }

    /// 20 characters of 57: no look-alikes, 116 bits.
    static func randomPassword() -> String {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz")
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).compactMap { _ in alphabet.randomElement(using: &generator) })
    }
}
