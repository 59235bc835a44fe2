import Domain
import FoundationEssentials
import Postgres
import Store

extension TestDatabase {
    /// Takes inventories of Debian 12 machines into a tenant.
    /// - Returns: the endpoints, in the order of their names: `host-0`, `host-1`, …
    @discardableResult
    package func addEndpoints(
        _ count: Int = 1, packages: [InstalledPackage] = SeedPackages.vulnerable, prefix: String = "host",
        at moment: Date = Seed.moment, in tenant: TestTenant
    ) async throws -> [EndpointID] {
        let inventories = (0..<count).map {
            Seed.inventory("\(prefix)-\($0)", packages: packages, at: moment)
        }
        _ = try await store.inventories.ingest(inventories, tenant: tenant.id)
        let rows = try await store.app.query(
            "SELECT device_id, id FROM endpoints WHERE tenant_id = $1", [.id(tenant.id)], tenant: tenant.id)
        var ids: [String: EndpointID] = [:]
        for row in rows { ids[try row.decode(0)] = try row.decode(1, as: EndpointID.self) }
        return try inventories.map { inventory in
            guard let id = ids[inventory.deviceID] else { throw TestFailure("\(inventory.hostname) is not there") }
            return id
        }
    }

    /// Loads the advisories of `SeedFeeds` as `garrison intel import` would.
    package func addIntelligence() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        for feed in SeedFeeds.all {
            let path = try folder.write(feed.text, to: feed.name)
            _ = try await store.intelligence.importFeed(path: path, source: feed.source, origin: "file")
        }
    }

    /// Scans a tenant's endpoints with all the intelligence there is.
    @discardableResult
    package func scan(
        _ tenant: TestTenant, endpoints: [EndpointID]? = nil, at moment: Date = Seed.moment
    ) async throws -> ScanStore.Outcome {
        try await store.scans.scan(
            tenant: tenant.id, endpoints: endpoints, with: try await store.intelligence.buildRevisedIndex(), at: moment)
    }
}

/// What seeds are made of.
package enum Seed {
    /// 2024-06-01 12:00 UTC.
    package static let moment = Date(timeIntervalSince1970: 1_717_243_200)

    /// A Debian 12 machine, recognised by its name.
    package static func inventory(
        _ name: String, packages: [InstalledPackage] = SeedPackages.vulnerable, device: String? = nil,
        at moment: Date = moment
    ) -> Inventory {
        Inventory(
            collectedAt: moment, deviceID: device ?? "device-\(name)", hostname: name,
            os: OperatingSystem(
                id: "debian", name: "Debian GNU/Linux", version: "12", prettyName: "Debian GNU/Linux 12 (bookworm)"),
            kernel: Kernel(release: "6.1.0-18-amd64", version: "#1 SMP Debian 6.1.76-1", architecture: "x86_64"),
            network: Network(interfaces: [.init(name: "eth0", mac: "02:00:00:00:00:01", addresses: ["192.0.2.10"])]),
            packages: packages, agentVersion: "1.0.0")
    }
}

/// Packages that the advisories of `SeedFeeds` speak of.
package enum SeedPackages {
    /// Four findings.
    package static let vulnerable = [
        deb("openssl", "3.0.11-1~deb12u2"), deb("libssl3", "3.0.11-1~deb12u2", source: "openssl"),
        deb("curl", "7.88.1-10+deb12u5"), deb("zlib1g", "1:1.2.13.dfsg-1", source: "zlib"),
        deb("bash", "5.2.15-2+b2", source: "bash", sourceVersion: "5.2.15-2"), deb("coreutils", "9.1-1"),
    ]

    /// What there is a fix for, fixed; zlib's finding stays.
    package static let updated = [
        deb("openssl", "3.0.13-1~deb12u1"), deb("libssl3", "3.0.13-1~deb12u1", source: "openssl"),
        deb("curl", "7.88.1-10+deb12u6"), deb("zlib1g", "1:1.2.13.dfsg-1", source: "zlib"),
        deb("bash", "5.2.15-3"), deb("coreutils", "9.1-1"),
    ]

    package static func deb(
        _ name: String, _ version: String, source: String? = nil, sourceVersion: String? = nil
    ) -> InstalledPackage {
        InstalledPackage(
            type: "deb", name: name, version: version, architecture: "amd64", source: source,
            sourceVersion: sourceVersion)
    }
}
