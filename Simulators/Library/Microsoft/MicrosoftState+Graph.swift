extension MicrosoftState {
    private static let context = "https://graph.microsoft.com/v1.0/$metadata"

    mutating func listManaged(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let limit = number(request, "$top", 1...1_000, or: 1_000) else {
            return MicrosoftErrors.graph(400, "BadRequest", "Invalid page size specified. Must be between 1 and 1000.")
        }
        switch start(request, MicrosoftErrors.graph) {
        case .wrong(let answer): return answer
        case .at(let start):
            let fleet = fleet
            let page = take(limit, of: fleet.machines.count, from: start) {
                !fleet.machines[$0].isGone && fleet.isManaged(fleet.machines[$0])
            }
            return Self.page(
                "\(Self.context)#deviceManagement/managedDevices", next: page.next.map { link(request, behind: $0) }
            ) { json in
                for index in page.indices {
                    fleet.writeManaged(
                        index, selected: selected(request), expandsApps: false, results: shown(index), to: &json)
                }
            }
        }
    }

    func managedDevice(_ id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let index = fleet.managed(id) else { return unknown(id) }
        var json = JSONText()
        fleet.writeManaged(
            index, selected: selected(request), expandsApps: request.value("$expand") == "detectedApps",
            results: shown(index), to: &json)
        return .json(200, json)
    }

    private func selected(_ request: SimulatedRequest) -> Set<String>? {
        request.value("$select").map { Set($0.split(separator: ",").map(String.init)) }
    }

    private func unknown(_ id: String) -> SimulatedAnswer {
        MicrosoftErrors.graph(404, "ResourceNotFound", "The device \(id) was not found.")
    }

    func policies() -> SimulatedAnswer {
        Self.page("\(Self.context)#deviceManagement/deviceCompliancePolicies", next: nil) { json in
            json.object { json in
                json.field("@odata.type", "#microsoft.graph.windows10CompliancePolicy")
                json.field("id", MicrosoftFleet.policy)
                json.field("displayName", "Disks are encrypted")
            }
        }
    }

    func policyStates(_ id: String) -> SimulatedAnswer {
        guard let index = fleet.managed(id) else { return unknown(id) }
        let isCompliant = fleet.machines[index].isCompliant
        return Self.page("\(Self.context)#deviceCompliancePolicyStates", next: nil) { json in
            json.object { json in
                json.field("id", MicrosoftFleet.policy)
                json.field("displayName", "Disks are encrypted")
                json.field("platformType", "windows10AndLater")
                json.field("settingCount", 1)
                json.field("state", isCompliant ? "compliant" : "nonCompliant")
                json.field("version", 1)
                json.array("settingStates") { json in
                    if account.inlinesSettings { Self.writeSetting(isCompliant, to: &json) }
                }
            }
            json.object { json in
                json.field("id", "1aa3f0f3-d780-4349-885b-c86d273aa14e")
                json.field("displayName", "Test iOS policy")
                json.field("platformType", "iOS")
                json.field("settingCount", 0)
                json.field("state", "notApplicable")
                json.field("version", 2)
                json.array("settingStates") { _ in }
            }
        }
    }

    func settingStates(_ id: String, _ policy: String) -> SimulatedAnswer {
        guard let index = fleet.managed(id), policy == MicrosoftFleet.policy else { return unknown(id) }
        let isCompliant = fleet.machines[index].isCompliant
        return Self.page("\(Self.context)#settingStates", next: nil) { Self.writeSetting(isCompliant, to: &$0) }
    }

    private static func writeSetting(_ isCompliant: Bool, to json: inout JSONText) {
        json.object { json in
            json.field("setting", MicrosoftFleet.setting)
            json.field("settingName", "Require BitLocker")
            json.field("state", isCompliant ? "compliant" : "nonCompliant")
            json.field("errorCode", 0)
        }
    }

    func configurationStates(_ id: String) -> SimulatedAnswer {
        guard let index = fleet.managed(id) else { return unknown(id) }
        return Self.page("\(Self.context)#deviceConfigurationStates", next: nil) { json in
            for state in [index % 7 == 0 ? "nonCompliant" : "compliant", "notApplicable"] {
                json.object { json in
                    json.field("id", "c271a86c-a62a-4655-ac1e-a28f67fd3e18")
                    json.field("displayName", "Security baseline")
                    json.field("state", state)
                }
            }
        }
    }

    func baselineStates(_ id: String) -> SimulatedAnswer {
        guard let index = fleet.managed(id) else { return unknown(id) }
        return Self.page("\(Self.context)#securityBaselineStates", next: nil) { json in
            json.object { json in
                json.field("id", "034ccd46-190c-4afc-adf1-ad7cc11262eb")
                json.field("displayName", "MDM Security Baseline")
                json.field("state", index % 7 == 0 ? "notSecure" : "secure")
            }
        }
    }

    func appStates(_ user: String) -> SimulatedAnswer {
        let devices = fleet.machines.filter { $0.userID == user && !$0.isGone && fleet.isManaged($0) }
        return Self.page("https://graph.microsoft.com/beta/$metadata#mobileAppIntentAndStates", next: nil) { json in
            for device in devices {
                json.object { json in
                    json.field("id", "\(user)_\(device.managedID)")
                    json.field("managedDeviceIdentifier", device.managedID)
                    json.field("userId", user)
                    json.array("mobileAppList") { json in
                        for (name, intent, state) in [
                            ("Company Portal", "requiredInstall", "installed"),
                            ("VPN client", "requiredInstall", device.isCompliant ? "installed" : "failed"),
                            ("Whiteboard", "available", "notInstalled"),
                        ] {
                            json.object { json in
                                json.field("applicationId", "9de5069c-5afe-602b-2ea0-a04b66beb2c0")
                                json.field("displayName", name)
                                json.field("mobileAppIntent", intent)
                                json.field("displayVersion", "1.0")
                                json.field("installState", state)
                            }
                        }
                    }
                }
            }
        }
    }

    mutating func listGraphAlerts(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let limit = number(request, "$top", 1...2_000, or: 100) else {
            return MicrosoftErrors.graph(400, "BadRequest", "Invalid value of $top.")
        }
        var filter: ODataFilter?
        if let text = request.value("$filter") {
            filter = ODataFilter.parse(text, fields: ["lastUpdateDateTime", "createdDateTime", "status"])
            if filter == nil { return MicrosoftErrors.graph(400, "BadRequest", "Invalid filter clause.") }
        }
        switch start(request, MicrosoftErrors.graph) {
        case .wrong(let answer): return answer
        case .at(let start):
            let fleet = fleet
            let items = fleet.items[.alerts] ?? []
            let page = take(limit, of: items.count, from: start) { index in
                filter?.matches { fleet.value($0, of: items[index]) } ?? true
            }
            return Self.page("\(Self.context)#security/alerts_v2", next: page.next.map { link(request, behind: $0) }) {
                json in for index in page.indices { fleet.writeGraphAlert(index, to: &json) }
            }
        }
    }

    func graphAlert(_ id: String) -> SimulatedAnswer {
        guard let index = alertIndex(id) else {
            return MicrosoftErrors.graph(404, "NotFound", "Alert \(id) was not found.")
        }
        var json = JSONText()
        fleet.writeGraphAlert(index, to: &json)
        return .json(200, json)
    }
}
