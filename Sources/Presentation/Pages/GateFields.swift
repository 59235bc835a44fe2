/// The fields of the gate between rings, and of a ring that has its own.
enum GateFields {
    private static let number = NewDeploymentPage.number

    static func plan(_ form: FormFields) -> HTML {
        """
        <section class="card for-rings"><h2>Gate between rings</h2>
        <p class="muted">The next ring opens when this one is done and nothing objects; what objects halts the deployment until a \
        person decides.</p><div class="fields even">
        \(form.input("Successes, in percent", "success", help: "Of the outcomes that are known, at least so many; 0 leaves it to the test.", number))
        \(form.input("Coverage, in percent", "coverage", help: "A ring is done when so many of it have an outcome.", number))
        \(form.input("Watched, in minutes", "soak", help: "How long a ring is watched when it is done.", number))
        \(form.input("Endpoints that are not well", "unhealthy", help: "After their restart, at most.", number))
        \(form.input("New incidents", "incidents", help: "On patched endpoints, at most.", number))
        \(form.input("New alerts", "alerts", help: "On patched endpoints, at most.", number))
        \(form.input("A good patch fails on, in percent", "good", help: "The test stops one that is as good in one deployment of twenty at most.", number))
        \(form.input("A bad patch fails on, in percent", "bad", help: "The test calls one that is as bad good in one deployment of twenty at most.", number))
        </div>\(form.check("A ring has to prove that the patch is good", "proof"))\
        \(form.check("An endpoint that falls silent after it began counts as failed", "silent"))</section>
        """
    }

    private static let numbers: [(label: String, name: String)] = [
        ("Successes, in percent", "success"), ("Coverage, in percent", "coverage"),
        ("Watched, in minutes", "soak"), ("Endpoints that are not well", "unhealthy"), ("New incidents", "incidents"),
        ("New alerts", "alerts"), ("Good fails on, in percent", "good"),
        ("Bad fails on, in percent", "bad"),
    ]
    private static let answers: [(value: String, label: String)] = [("", "as below"), ("yes", "yes"), ("no", "no")]

    /// What a ring has instead of the plan's.
    static func own(_ form: FormFields, ring: Int, isOpen: Bool) -> HTML {
        let inputs = numbers.map { field -> HTML in
            form.input(field.label, "ring\(ring)_\(field.name)", "\(number) placeholder=\"as below\"")
        }
        return """
            <details\(isOpen ? " open" as HTML : .empty)><summary>A gate of its own</summary>\
            <p class="help">What is left empty is as in the gate below.</p><div class="fields even">\(inputs)\
            \(form.select("Has to prove it is good", "ring\(ring)_proof", answers))\
            \(form.select("Silent ones count as failed", "ring\(ring)_silent", answers))</div></details>
            """
    }
}
