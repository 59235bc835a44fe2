/// What everything of Falcon comes in.
enum FalconEnvelope {
    static func page(
        _ status: Int = 200, reserving capacity: Int = 4_096, paging: (inout JSONText) -> Void = { _ in },
        faults: [(code: Int, message: String, id: String)] = [], _ resources: (inout JSONText) -> Void
    ) -> SimulatedAnswer {
        var json = JSONText(reserving: capacity)
        json.object { json in
            meta(&json, paging)
            json.array("resources", resources)
            json.array("errors") { json in
                for fault in faults {
                    json.object { json in
                        json.field("code", fault.code)
                        json.field("message", fault.message)
                        json.field("id", fault.id)
                    }
                }
            }
        }
        return .json(status, json)
    }

    static func error(_ status: Int, _ message: String) -> SimulatedAnswer {
        var json = JSONText()
        json.object { json in
            meta(&json) { _ in }
            json.array("errors") { json in
                json.object { json in
                    json.field("code", status)
                    json.field("message", message)
                }
            }
        }
        return .json(status, json)
    }

    private static func meta(_ json: inout JSONText, _ paging: (inout JSONText) -> Void) {
        json.object("meta") { json in
            json.field("query_time", 0.013)
            json.field("powered_by", "garrison-simulators")
            json.field("trace_id", "f248f4ee-79fd-4210-afe0-f71805124d64")
            paging(&json)
        }
    }
}
