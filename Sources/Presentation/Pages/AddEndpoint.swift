/// How machines get into the list, in commands to copy.
package enum AddEndpoint {
    /// For a tenant that has none yet.
    static let firstSteps = Components.empty(
        .endpoint, "No endpoint yet",
        """
        <p>An endpoint appears with the first inventory that it reports; its software is then matched at once.</p>
        \(steps)
        """)

    static let steps: HTML = """
        <ol class="steps">
        <li>This machine, with the tenant’s name in place of NAME:\
        \(Components.copyable("garrison collect | garrison import --tenant NAME -", id: "add-local"))</li>
        <li>Another one, over the network: make a token of the role analyst under <a class="inline" href="/settings">Settings</a>, then there\
        \(Components.copyable("garrison collect | curl -H \"Authorization: Bearer $TOKEN\" -H \"Content-Type: application/json\" --data-binary @- http://THIS-SERVER/api/inventories", id: "add-remote"))</li>
        <li>A mounted disk or a container’s file system:\
        \(Components.copyable("garrison collect --root /mnt | garrison import --tenant NAME -", id: "add-root"))</li>
        </ol>
        """
}
