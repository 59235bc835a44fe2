import FoundationEssentials

/// What is changed about alerts, in Defender and in Graph. Both write the same words, Defender with capitals; a change
/// with a word that is not one of them, or with none at all, is refused.
extension MicrosoftState {
    private struct AlertUpdate: Decodable {
        var status: String?
        var classification: String?
        var determination: String?
        var comment: String?
        var assignedTo: String?
    }

    private static let statuses: Set = ["New", "InProgress", "Resolved"]
    private static let classifications: Set = ["TruePositive", "FalsePositive", "InformationalExpectedActivity"]
    private static let determinations: Set = [
        "MultiStagedAttack", "MaliciousUserActivity", "CompromisedUser", "Malware", "Phishing", "UnwantedSoftware",
        "SecurityTesting", "LineOfBusinessApplication", "ConfirmedUserActivity", "Clean", "InsufficientData", "Other",
    ]
    /// Graph has other words for some.
    private static let graphDeterminations: Set = [
        "Apt", "Malware", "SecurityPersonnel", "SecurityTesting", "UnwantedSoftware", "Other", "MultiStagedAttack",
        "CompromisedAccount", "Phishing", "MaliciousUserActivity", "NotMalicious", "NotEnoughDataToValidate",
        "ConfirmedActivity", "LineOfBusinessApplication",
    ]

    /// Whether each word that is there is one of the vendor's.
    private static func isRight(_ update: AlertUpdate, _ determinations: Set<String>) -> Bool {
        (update.status.map(statuses.contains) ?? true)
            && (update.classification.map(classifications.contains) ?? true)
            && (update.determination.map(determinations.contains) ?? true)
    }

    private mutating func apply(_ update: AlertUpdate, to index: Int) {
        fleet.change(.alerts, index, at: now) { alert in
            alert.status = update.status ?? alert.status
            alert.classification = update.classification ?? alert.classification
            alert.determination = update.determination ?? alert.determination
        }
    }

    mutating func updateAlert(_ id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(AlertUpdate.self, from: Data(request.body)) else {
            return MicrosoftErrors.defender(400, "InvalidRequestBody", "Request body is incorrect.")
        }
        guard let index = alertIndex(id) else {
            return MicrosoftErrors.defender(404, "ResourceNotFound", "Alert \(id) was not found")
        }
        guard Self.isRight(body, Self.determinations) else {
            return MicrosoftErrors.defender(400, "InvalidInput", "A property has an invalid value.")
        }
        let words = [body.status, body.classification, body.determination, body.assignedTo, body.comment]
        guard words.contains(where: { $0 != nil }) else {
            return MicrosoftErrors.defender(400, "MissingRequiredParameter", "No property to update was given.")
        }
        apply(body, to: index)
        if let comment = body.comment { comments[id, default: []].append(comment) }
        return alert(id)
    }

    mutating func updateGraphAlert(_ id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard var body = try? JSONDecoder().decode(AlertUpdate.self, from: Data(request.body)), body.comment == nil
        else {
            return MicrosoftErrors.graph(400, "BadRequest", "Invalid alert.")
        }
        /// Graph's words begin with a small letter.
        func capital(_ word: String?) -> String? {
            word.map { $0.first?.isLowercase == true ? $0.prefix(1).uppercased() + $0.dropFirst() : "?" }
        }
        body.status = capital(body.status)
        body.classification = capital(body.classification)
        body.determination = capital(body.determination)
        guard Self.isRight(body, Self.graphDeterminations), body.status ?? body.classification != nil else {
            return MicrosoftErrors.graph(400, "BadRequest", "Invalid alert.")
        }
        guard let index = alertIndex(id) else {
            return MicrosoftErrors.graph(404, "NotFound", "Alert \(id) was not found.")
        }
        apply(body, to: index)
        return graphAlert(id)
    }

    private struct Comment: Decodable {
        var comment: String?
        var type: String?

        private enum CodingKeys: String, CodingKey {
            case comment
            case type = "@odata.type"
        }
    }

    /// Where Graph takes comments, which nothing that we hold of the vendor's says: it may not.
    mutating func commentGraphAlert(_ id: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard account.graphTakesComments else {
            return MicrosoftErrors.graph(404, "ResourceNotFound", "Resource not found for the segment 'comments'.")
        }
        guard let body = try? JSONDecoder().decode(Comment.self, from: Data(request.body)),
            body.type == "microsoft.graph.security.alertComment", let comment = body.comment, !comment.isEmpty
        else { return MicrosoftErrors.graph(400, "BadRequest", "Invalid comment.") }
        guard alertIndex(id) != nil else {
            return MicrosoftErrors.graph(404, "NotFound", "Alert \(id) was not found.")
        }
        comments[id, default: []].append(comment)
        var json = JSONText()
        json.object { json in
            json.array("value") { json in
                for comment in comments[id] ?? [] { json.object { $0.field("comment", comment) } }
            }
        }
        return .json(200, json)
    }
}
