/// What every node runs, and how often: snapshots of the tables that inventories are made of.
enum OsquerySchedule {
    /// A query and the platforms that have its table.
    private struct Query {
        let table: String
        let columns: String
        let platform: String?
        let seconds: Int

        init(_ table: String, _ columns: String = "*", on platform: String? = nil, every seconds: Int = 3600) {
            self.table = table
            self.columns = columns
            self.platform = platform
            self.seconds = seconds
        }
    }

    private static let queries = [
        Query("os_version", every: 3600),
        Query("system_info", every: 3600),
        Query("kernel_info", every: 3600),
        Query("interface_details", "interface, mac, type, mtu", every: 3600),
        Query("interface_addresses", "interface, address, mask", every: 3600),
        Query("deb_packages", "name, version, source, revision, arch, maintainer, status", on: "linux"),
        Query("rpm_packages", "name, version, release, epoch, arch, source, vendor, install_time", on: "linux"),
        Query("apps", "name, bundle_identifier, bundle_short_version, bundle_version, path", on: "darwin"),
        Query("homebrew_packages", "name, version, path", on: "darwin"),
        Query(
            "programs", "name, version, publisher, install_date, identifying_number, install_location", on: "windows"),
        Query("patches", "hotfix_id, installed_on", on: "windows"),
    ]

    /// The configuration as osquery reads it.
    static var configuration: JSONValue {
        let schedule = queries.map { query in
            JSONValue.Field(
                query.table,
                .object(
                    [
                        .init("query", .string("SELECT \(query.columns) FROM \(query.table);")),
                        .init("interval", .integer(query.seconds)), .init("snapshot", true),
                    ] + (query.platform.map { [.init("platform", .string($0))] } ?? [])))
        }
        return .object([
            .init("schedule", .object(schedule)),
            .init(
                "options",
                .object([
                    .init("disable_distributed", false), .init("distributed_interval", 10),
                    .init("logger_tls_period", 10), .init("schedule_splay_percent", 10),
                ])),
            .init("node_invalid", false),
        ])
    }
}
