/** Small stand-ins for services, with which the roles are tested without sockets or a framework. */
package org.ipvssync.api.fake;
