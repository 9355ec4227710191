/* SPDX-License-Identifier: MIT
 *
 * The export of the action remove_contacts, by abi/action.h. Its input and result are described in
 * plugin-manifest/remove_contacts.manifest.json.
 */
#pragma once

#include "action.h"

ACTION_START(remove_contacts);
