import Domain

extension ComplianceReport {
    private static let known: Set<String> = ["device_id", "standard", "score", "checks", "checked"]

    /// How a device meets a standard, as a program pushes it.
    init(pushed record: VendorRecord) throws(FieldRefusal) {
        try record.allow(Self.known)
        var checks: [Check] = []
        for check in try record.records("checks") {
            try check.allow(["id", "title", "is_met"])
            let id = try check.requiredText("id")
            checks.append(Check(id: id, title: try check.text("title") ?? id, isMet: try check.flag("is_met")))
        }
        self.init(
            deviceID: try record.requiredText("device_id"), standard: try record.requiredText("standard"),
            score: try record.number("score"), checks: checks, checked: try record.date("checked"))
    }
}
