/// Devices of the directory itself: what Intune manages, and phones that people registered and nothing manages.
extension MicrosoftState {
    private static let context = "https://graph.microsoft.com/v1.0/$metadata#devices"

    mutating func listDirectory(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let limit = number(request, "$top", 1...999, or: 100) else {
            return MicrosoftErrors.graph(400, "Request_BadRequest", "Invalid page size specified: must be 1 to 999.")
        }
        switch start(request, MicrosoftErrors.graph) {
        case .wrong(let answer): return answer
        case .at(let start):
            let fleet = fleet
            let page = take(limit, of: fleet.machines.count, from: start) { !fleet.machines[$0].isGone }
            let selected = request.value("$select").map { Set($0.split(separator: ",").map(String.init)) }
            return Self.page(Self.context, next: page.next.map { link(request, behind: $0) }) { json in
                for index in page.indices { fleet.writeDirectory(index, selected: selected, to: &json) }
            }
        }
    }
}

extension MicrosoftFleet {
    /// Whether the device's account was switched off.
    fileprivate func isDisabled(_ machine: Machine) -> Bool { !isManaged(machine) && machine.number % 3 == 0 }

    fileprivate func writeDirectory(_ index: Int, selected: Set<String>?, to json: inout JSONText) {
        let machine = machines[index]
        let identity = identity(machine)
        func has(_ name: String) -> Bool { selected?.contains(name) ?? true }
        json.object { json in
            // The object's id is another one than the device's.
            json.field("id", objectID(machine))
            if has("deviceId") { json.field("deviceId", machine.directoryID) }
            if has("displayName") {
                json.field(
                    "displayName", isManaged(machine) ? identity.hostname.uppercased() : "Phone \(machine.number)")
            }
            if has("accountEnabled") { json.field("accountEnabled", !isDisabled(machine)) }
            if has("operatingSystem") {
                json.field("operatingSystem", isManaged(machine) ? identity.system : "IPhone")
            }
            if has("operatingSystemVersion") {
                json.field("operatingSystemVersion", isManaged(machine) ? identity.systemVersion : "17.4")
            }
            if has("trustType") { json.field("trustType", isManaged(machine) ? "AzureAd" : "Workplace") }
            if has("isManaged") { json.field("isManaged", isManaged(machine)) }
            if has("isCompliant") {
                if isManaged(machine) {
                    json.field("isCompliant", machine.isCompliant)
                } else {
                    json.null("isCompliant")
                }
            }
            if has("manufacturer") { json.null("manufacturer") }
            if has("model") { json.null("model") }
            if has("registrationDateTime") { json.field("registrationDateTime", epoch.text()) }
            if has("approximateLastSignInDateTime") {
                json.field("approximateLastSignInDateTime", machine.modified.text())
            }
        }
    }

    fileprivate func objectID(_ machine: Machine) -> String { "e" + machine.directoryID.dropFirst() }
}

extension MicrosoftSimulator {
    /// The directory's devices whose accounts are on: Entra's device id by the object's id.
    public var directoryDevices: [String: String] {
        withState { state in
            let fleet = state.fleet
            let listed = fleet.machines.filter { !$0.isGone && !fleet.isDisabled($0) }
            return Dictionary(
                listed.map { (fleet.objectID($0), $0.directoryID) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
