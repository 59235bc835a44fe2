import FoundationEssentials

extension MicrosoftState {
    private struct Batch: Decodable {
        struct Part: Decodable {
            var id: String
            var method: String
            var url: String
        }

        var requests: [Part]
    }

    /// `POST /{version}/$batch`: up to 20 questions, answered in any order; each counts, and may be refused or put off by
    /// itself.
    mutating func batch(_ request: SimulatedRequest, _ version: String) -> SimulatedAnswer {
        guard let batch = try? JSONDecoder().decode(Batch.self, from: Data(request.body)),
            (1...20).contains(batch.requests.count), Set(batch.requests.map(\.id)).count == batch.requests.count
        else { return MicrosoftErrors.graph(400, "BadRequest", "Invalid batch payload format.") }
        var answers: [(id: String, answer: SimulatedAnswer)] = []
        for part in batch.requests.reversed() { answers.append((part.id, answer(part, version))) }
        var json = JSONText(reserving: 65_536)
        json.object { json in
            json.array("responses") { json in
                for (id, answer) in answers {
                    json.object { json in
                        json.field("id", id)
                        json.field("status", answer.status)
                        json.object("headers") { json in
                            json.field("Content-Type", "application/json")
                            if let wait = answer.headers.first(where: { $0.0 == "Retry-After" })?.1 {
                                json.field("Retry-After", wait)
                            }
                        }
                        json.raw("body", String(decoding: answer.body, as: UTF8.self))
                    }
                }
            }
        }
        return .json(200, json)
    }

    private mutating func answer(_ part: Batch.Part, _ version: String) -> SimulatedAnswer {
        guard part.method == "GET", part.url.hasPrefix("/") else {
            return MicrosoftErrors.graph(400, "BadRequest", "Invalid request in batch.")
        }
        if dice.isPutOff() {
            var answer = MicrosoftErrors.graph(429, "TooManyRequests", "Too many requests.")
            if account.graphSaysRetryAfter { answer.headers.append(("Retry-After", "\(faults.throttleSeconds)")) }
            return answer
        }
        return routed(SimulatedRequest(.GET, "/\(version)\(part.url)", headers: [("Host", host)]))
    }
}
