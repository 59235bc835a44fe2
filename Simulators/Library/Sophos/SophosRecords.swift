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
                json.field("name", ["Windows 10 Pro", "macOS Ventura", "Ubuntu 22.04.3 LTS"][system])
                if isSynced(endpoint), system < 2 {
                    json.field("majorVersion", system == 0 ? 10 : 13)
                    json.field("minorVersion", system == 0 ? 0 : 5)
                    json.field("build", system == 0 ? 19_045 : 1)
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
