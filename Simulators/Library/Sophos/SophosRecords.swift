/// Records as Sophos writes them. Parts that nothing is known of are left out.
extension SophosFleet {
    func hostname(_ endpoint: Endpoint) -> String {
        let name = settings.estate?.machine(endpoint.number).hostname ?? "sx-\(endpoint.number)"
        return endpoint.revision == 0 ? name : "\(name)-r\(endpoint.revision)"
    }

    /// Its place among the systems that endpoints are written with.
    private static func system(_ machine: Estate.Machine) -> Int {
        switch machine.family {
        case .windows: 0
        case .mac: 1
        case .linux: 2
        }
    }

    private typealias System = (name: String, major: Int, minor: Int, build: Int)

    private static let systems: [System] = [
        ("Windows 10 Pro", 10, 0, 19_045), ("macOS Ventura", 13, 5, 1), ("Ubuntu 22.04.3 LTS", 0, 0, 0),
    ]

    /// The system of a machine that others know, too.
    private static func known(_ machine: Estate.Machine) -> System {
        switch machine.family {
        case .windows where machine.isServer: ("Windows Server 2019", 10, 0, 17_763)
        case .windows: ("Windows 11 Pro", 10, 0, 26_200)
        case .mac: ("macOS Sequoia", 15, 7, 1)
        case .linux: ("Debian GNU/Linux 12", 0, 0, 0)
        }
    }

    /// `good`, `suspicious` or `bad`.
    func health(_ endpoint: Endpoint) -> String {
        ["good", "good", "suspicious", "bad"][(endpoint.number + endpoint.revision) % 4]
    }

    /// Whether the machine was ever heard of since it was installed.
    func isSynced(_ endpoint: Endpoint) -> Bool { endpoint.number % 13 != 5 }

    func writeEndpoint(_ index: Int, full: Bool, to json: inout JSONText) {
        let endpoint = endpoints[index]
        var random = SplitMix(settings.seed, 45, endpoint.number)
        let machine = settings.estate?.machine(endpoint.number)
        let octets = machine?.mac.map { $0.uppercased() } ?? ["02"] + (0..<5).map { _ in random.hex(2).uppercased() }
        let address = machine?.address ?? "10.2.\(endpoint.number >> 8 & 255).\(endpoint.number & 255)"
        let system = machine.map(Self.system) ?? endpoint.number % 3
        let isServer = machine?.isServer ?? (endpoint.number % 4 == 0)
        json.object { json in
            json.field("id", endpoint.id)
            json.field("type", isServer ? "server" : "computer")
            json.object("tenant") { $0.field("id", tenants[endpoint.tenant]) }
            if isMalformed(.endpoints, index) {
                json.field("hostname", 17)
            } else {
                json.field("hostname", hostname(endpoint))
            }
            if isSynced(endpoint), full { writeHealth(endpoint, to: &json) }
            json.object("os") { json in
                json.field("isServer", isServer)
                json.field("platform", ["windows", "macOS", "linux"][system])
                let os = machine.map(Self.known) ?? Self.systems[system]
                json.field("name", os.name)
                if isSynced(endpoint), system < 2 {
                    json.field("majorVersion", os.major)
                    json.field("minorVersion", os.minor)
                    json.field("build", os.build)
                }
            }
            json.texts("ipv4Addresses", [address])
            json.texts("macAddresses", [octets.joined(separator: ":")])
            json.field("tamperProtectionEnabled", endpoint.number % 6 != 0)
            json.field("lastSeenAt", endpoint.seen.text(digits: 3))
            guard isSynced(endpoint) else { return }
            json.object("isolation") { json in
                json.field("status", endpoint.isIsolated ? "isolated" : "notIsolated")
                json.field("adminIsolated", endpoint.isWantedIsolated)
                json.field("selfIsolated", false)
            }
            json.array("assignedProducts") { json in
                json.object { json in
                    json.field("code", "endpointProtection")
                    json.field("version", "10.8.\(endpoint.revision)")
                    json.field("status", "installed")
                }
            }
        }
    }

    private func writeHealth(_ endpoint: Endpoint, to json: inout JSONText) {
        json.object("health") { json in
            json.field("overall", health(endpoint))
            json.object("threats") { $0.field("status", "good") }
            json.object("services") { json in
                json.field("status", health(endpoint))
                json.array("serviceDetails") { json in
                    json.object { json in
                        json.field("name", "Sophos Endpoint Defense")
                        json.field("status", health(endpoint) == "bad" ? "stopped" : "running")
                    }
                }
            }
        }
    }

    func writeAlert(_ index: Int, to json: inout JSONText) {
        let alert = alerts[index]
        json.object { json in
            json.field("id", alert.id)
            json.texts("allowedActions", alert.allowed)
            json.field("category", "malware")
            if isMalformed(.alerts, index) {
                json.array("description") { _ in }
            } else {
                json.field("description", "Malware was found on \(hostname(endpoints[alert.endpoint]))")
            }
            json.field("groupKey", "MSxFdmVudA==")
            json.object("managedAgent") { json in
                json.field("id", endpoints[alert.endpoint].id)
                json.field("type", "computer")
            }
            json.field("product", "endpoint")
            json.field("raisedAt", alert.raised.text(digits: 3))
            json.field("severity", ["low", "medium", "high"][index % 3])
            json.object("tenant") { $0.field("id", tenants[endpoints[alert.endpoint].tenant]) }
            json.field("type", "Event::Endpoint::Threat::CleanupFailed")
        }
    }

    func writeEvent(_ index: Int, to json: inout JSONText) {
        let event = events[index]
        json.object { json in
            json.field("id", event.id)
            json.field("type", event.type)
            if isMalformed(.events, index) { json.field("severity", 5) } else { json.field("severity", event.severity) }
            json.field("name", "Something was told of \(hostname(endpoints[event.endpoint]))")
            json.field("created_at", event.created.text(digits: 3))
            // The machine's own clock, days behind.
            json.field("when", (event.created + -172_800).text(digits: 3))
            json.field("endpoint_id", endpoints[event.endpoint].id)
            json.field("endpoint_type", "computer")
            json.field("customer_id", tenants[endpoints[event.endpoint].tenant])
            json.field("location", hostname(endpoints[event.endpoint]))
            json.field("source", "n/a")
            json.field("group", "MALWARE")
        }
    }
}
